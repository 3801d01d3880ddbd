import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { dataDirError, errnoOf, probeWritable } from './data-directory.ts';

/** How LevelDB reports a file that is missing, or shorter than it should be. */
const DAMAGED_FILE = /No such file or directory|Invalid argument/;
/** How it reports a read that failed, and a write as well. */
const FAILED_DISK = /Input\/output error/;
/** LevelDB's own protocol of what it skipped while it replayed its write-ahead log. */
const DROPPED = /Ignoring error|: dropping \d+ bytes; (?:Corruption|IO error)/;
/** Each bad sector has been tried again by the disk and by the kernel as well. */
const READ_TRIES = 3;
/** What is gone or is a directory has not failed to be read. */
const NO_FILE: ReadonlySet<string> = new Set(['ENOENT', 'EISDIR']);
const LOCK_FILE = 'LOCK';
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
  if (!(await isDamageOf(path, cause))) return false;
  try {
    await probeWritable(path);
    return true;
  } catch (probeError) {
    throw dataDirError(dataDir, 'cannot be written', probeError);
  }
}

/**
 * Whether this is a failure of what is stored. A disk that failed once may work the next time: only a
 * file that cannot be read again is lost.
 */
export async function isDamageOf(path: string, error: unknown): Promise<boolean> {
  const code = errnoOf(error);
  if (code === 'LEVEL_CORRUPTION') return true;
  if (code !== 'LEVEL_IO_ERROR') return false;
  const message = messageOf(error);
  return DAMAGED_FILE.test(message) || (FAILED_DISK.test(message) && !(await isReadable(path)));
}

/**
 * Reads all files, some MiB. Afterwards the kernel has them in memory: LevelDB tries no read twice, and
 * passes over a part of its log that it could not read.
 */
export async function isReadable(path: string): Promise<boolean> {
  for (const name of await readdir(path)) {
    // Whoever closes a file gives up his process's locks on it.
    if (name === LOCK_FILE) continue;
    let tries = 0;
    while (!(await canBeRead(join(path, name)))) {
      tries += 1;
      if (tries === READ_TRIES) return false;
    }
  }
  return true;
}

async function canBeRead(path: string): Promise<boolean> {
  try {
    for await (const piece of createReadStream(path)) void piece;
    return true;
  } catch (error) {
    return NO_FILE.has(errnoOf(error) ?? '');
  }
}

/** A write-ahead log that is damaged or cannot be read is no error to LevelDB: it only writes a line about it. */
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
