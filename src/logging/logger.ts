import type { LogLevel } from '../config/node-config.ts';

/** Text that an outsider may have chosen: always shown in quotes, cut at 200 characters. */
export interface QuotedText {
  readonly quoted: string;
}

/**
 * A plain string is the program's own word (a reason code, a path): bare when it is a simple token.
 * An undefined field is left out.
 */
export type LogValue = string | number | boolean | QuotedText | undefined;

/** Names are snake_case and fixed in the source, never taken from a peer. */
export type LogFields = Readonly<Record<string, LogValue>>;

/** One line per call; never throws. Messages are fixed sentences, everything that varies is a field. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Whether a line of this level would be written at all. */
  isEnabled(level: LogLevel): boolean;
}

/** Marks text for quoting: addresses, names, and whatever a peer supplied. */
export function quoted(text: string): QuotedText {
  return { quoted: text };
}
