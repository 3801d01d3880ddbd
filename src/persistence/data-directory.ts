import { mkdir, open, readdir, rename, rm, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { VisionError } from '../support/vision-error.ts';

/** Databases set aside that are kept; more would fill the disk of a node in a crash loop. */
const CORRUPT_COPIES_MAX = 3;

/** Peers and identity are nobody else's business. */
const PRIVATE_DIRECTORY = 0o700;
const PROBE_BYTES = 4_096;

/** @returns the VisionError of a data directory that cannot be used, with a hint for its cause. */
export function dataDirError(directory: string, problem: string, cause?: unknown): VisionError {
  const code = systemCode(cause);
  return new VisionError(
    'VN_ERR_DATA_DIR',
    `data directory ${directory}: ${problem}${code === undefined ? '' : ` (${code})`}`,
    HINTS[code ?? ''] ?? 'choose a writable directory with --data-dir',
    { cause },
  );
}

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'give the user of this process write access to it',
  EPERM: 'give the user of this process write access to it',
  EROFS: 'mount it writable, or choose another with --data-dir',
  ENOSPC: 'free some space on its file system',
  EDQUOT: 'free some space on its file system',
  EIO: 'its disk failed to read or write: see the log of the kernel',
  ENOTDIR: 'a part of this path is a file: move it away, or choose another with --data-dir',
  EEXIST: 'a part of this path is a file: move it away, or choose another with --data-dir',
};

/** `code` of a Node or LevelDB error. */
export function errnoOf(error: unknown): string | undefined {
  const code: unknown = Object(error).code;
  return typeof code === 'string' ? code : undefined;
}

/** The system's code of a failure, also where LevelDB gives only the system's words. */
export function systemCode(error: unknown): string | undefined {
  const words = String(Object(error).message);
  return SYSTEM_WORDS.find(([text]) => words.includes(text))?.[1] ?? errnoOf(error);
}

const SYSTEM_WORDS = [
  ['No space left on device', 'ENOSPC'],
  ['Read-only file system', 'EROFS'],
  ['Permission denied', 'EACCES'],
  ['Input/output error', 'EIO'],
  ['Too many open files', 'EMFILE'],
] as const;

/**
 * Makes a directory and those above it, one by one: the recursive mkdir of Node 20 never returns on
 * file systems that answer ENOENT below an existing directory, such as /proc.
 */
export async function makeDirectories(path: string): Promise<void> {
  const missing: string[] = [];
  for (let at = resolve(path); !(await isDirectory(at)); at = dirname(at)) missing.push(at);
  for (const directory of missing.reverse()) {
    await mkdir(directory, { mode: PRIVATE_DIRECTORY }).catch(async (error: unknown) => {
      // Another process may have made it meanwhile.
      if (errnoOf(error) !== 'EEXIST' || !(await isDirectory(directory))) throw error;
    });
  }
}

/** Writes and removes a file: shows whether a failure is the directory's or only that of a file in it. */
export async function probeWritable(directory: string): Promise<void> {
  const path = join(directory, `.probe-${process.pid}`);
  const file = await open(path, 'w');
  try {
    await file.write(new Uint8Array(PROBE_BYTES));
    await file.sync();
  } finally {
    await file.close();
    await unlink(path);
  }
}

/**
 * Renames `<path>` to `<path>.corrupt-<n>` with the next free n and removes the oldest beyond three.
 * @returns the new path.
 */
export async function setAside(path: string): Promise<string> {
  const parent = dirname(path);
  const prefix = `${basename(path)}.corrupt-`;
  const numbers = (await readdir(parent))
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .filter((suffix) => /^[1-9][0-9]{0,8}$/.test(suffix))
    .map(Number)
    .sort((a, b) => a - b);
  const target = `${path}.corrupt-${(numbers.at(-1) ?? 0) + 1}`;
  await rename(path, target);
  for (const number of numbers.slice(0, Math.max(0, numbers.length + 1 - CORRUPT_COPIES_MAX))) {
    await rm(join(parent, `${prefix}${number}`), { recursive: true, force: true });
  }
  return target;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    await readdir(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
