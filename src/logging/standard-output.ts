import type { Writable } from 'node:stream';
import type { LogFormat, LogLevel } from '../config/node-config.ts';
import type { Logger } from './logger.ts';
import { StreamLogger } from './stream-logger.ts';

/**
 * A writer that outlives its reader: when whoever read our output is gone (EPIPE), lines are dropped
 * and the node lives on. Nobody is left whom an error could be told.
 */
export function lineWriter(stream: Writable): (line: string) => void {
  let isOpen = true;
  stream.on('error', () => {
    isOpen = false;
  });
  return (line) => {
    if (isOpen && stream.writable) stream.write(line);
  };
}

/** The logger of a process, on its standard output. */
export function createStdoutLogger(level: LogLevel, format: LogFormat): Logger {
  return new StreamLogger({
    level,
    format,
    write: lineWriter(process.stdout),
    wallClock: Date.now,
  });
}
