import { LOG_LEVELS, type LogFormat, type LogLevel } from '../config/node-config.ts';
import { formatLine } from './line-format.ts';
import type { LogFields, Logger } from './logger.ts';

export interface StreamLoggerOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Takes one line with its newline. */
  readonly write: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/** Formats what is important enough and hands it on at once. */
export class StreamLogger implements Logger {
  private readonly threshold: number;

  constructor(private readonly options: StreamLoggerOptions) {
    this.threshold = LOG_LEVELS.indexOf(options.level);
  }

  isEnabled(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= this.threshold;
  }

  debug(message: string, fields?: LogFields): void {
    this.line('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.line('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.line('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.line('error', message, fields);
  }

  private line(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (!this.isEnabled(level)) return;
    const { format, wallClock, write } = this.options;
    write(`${formatLine({ at: wallClock(), level, message, fields }, format)}\n`);
  }
}
