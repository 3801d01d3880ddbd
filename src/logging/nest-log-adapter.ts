import type { LoggerService } from '@nestjs/common';
import type { LogLevel } from '../config/node-config.ts';
import type { Logger } from './logger.ts';

/** Writes Nest's own lines in the node's format. The framework's chatter is of interest to nobody but us: debug. */
export class NestLogAdapter implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.line('debug', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.line('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.line('debug', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.line('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.line('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.line('error', message, rest);
  }

  /** Nest puts the context last and, for errors, a stack before it. */
  private line(level: LogLevel, message: unknown, rest: readonly unknown[]): void {
    const texts = rest.filter((item): item is string => typeof item === 'string');
    const context = texts.at(-1);
    const stack =
      message instanceof Error ? message.stack : texts.length > 1 ? texts[0] : undefined;
    this.logger[level](sentenceOf(message), { context, stack });
  }
}

function sentenceOf(message: unknown): string {
  if (typeof message === 'string') return message;
  return message instanceof Error ? message.message : 'Framework message';
}
