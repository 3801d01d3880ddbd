import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { dataDirError, errnoOf, probeWritable } from './data-directory.ts';

/** How LevelDB reports a file that is missing, shorter than it should be, or unreadable. */
const DAMAGED_FILE = /No such file or directory|Invalid argument|Input\/output error/;
/** LevelDB's own protocol of what it skipped while it replayed its write-ahead log. */
const DROPPED = /: dropping \d+ bytes; Corruption/;
const PROTOCOL_BYTES_MAX = 65_536;

/** LevelDB takes a directory without CURRENT for an empty one and would delete the tables in it. */
export async function lostItsIndex(path: string): Promise<boolean> {
  const names = await readdir(path);
  if (names.includes('CURRENT')) return false;
  for (const name of names) {
    if (name.endsWith('.ldb')) return true;
    if (name.endsWith('.log') && (await stat(join(path, name))).size > 0) return true;
  }
  return false;
}

/**
 * Whether the database that could not be opened is damaged, and not merely out of reach.
 * @throws VisionError VN_ERR_DATA_DIR when another process has it, or nothing can be written there.
 */
export async function isDamage(error: unknown, path: string, dataDir: string): Promise<boolean> {
  const cause = causeOf(error);
  if (errnoOf(cause) === 'LEVEL_LOCKED') {
    throw dataDirError(dataDir, 'is in use by another process', cause);
  }
  if (!isDamageCode(cause)) return false;
  try {
    await probeWritable(path);
    return true;
  } catch (probeError) {
    throw dataDirError(dataDir, 'cannot be written', probeError);
  }
}

export function isDamageCode(error: unknown): boolean {
  const code = errnoOf(error);
  if (code === 'LEVEL_CORRUPTION') return true;
  return code === 'LEVEL_IO_ERROR' && DAMAGED_FILE.test(messageOf(error));
}

/** Damage in the middle of the write-ahead log is no error to LevelDB: it only writes a line about it. */
export async function droppedEntries(path: string): Promise<boolean> {
  const file = await open(join(path, 'LOG'), 'r');
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(PROTOCOL_BYTES_MAX) });
    return DROPPED.test(buffer.toString('latin1', 0, bytesRead));
  } finally {
    await file.close();
  }
}

function messageOf(error: unknown): string {
  const message: unknown = Object(error).message;
  return typeof message === 'string' ? message : '';
}

/** What is behind an error that only says that opening failed. */
export function causeOf(error: unknown): unknown {
  return Object(error).cause ?? error;
}
