import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { VisionError } from '../support/vision-error.ts';

const KEY_FILE = 'node.key';
const TEMPORARY_SUFFIX = '.new';
const PRIVATE_FILE = 0o600;
const PRIVATE_DIRECTORY = 0o700;
const OTHERS_BITS = 0o077;
/** A PKCS#8 PEM of an Ed25519 key has 119 bytes. */
const KEY_FILE_BYTES_MAX = 16_384;
/** What file systems without hard links answer. */
const NO_HARD_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Where the key of a data directory is. */
export function keyFileOf(dataDir: string): string {
  return join(dataDir, KEY_FILE);
}

export function hasKeyFile(dataDir: string): boolean {
  return existsSync(keyFileOf(dataDir));
}

/**
 * The Ed25519 key of `<dataDir>/node.key` (PKCS#8 PEM, mode 0600). A missing one is made whole or not
 * at all: written aside, synced, then given
 * its name; what a killed attempt left behind is replaced.
 * @throws VisionError VN_ERR_DATA_DIR
 */
export function loadOrCreateKeyFile(dataDir: string): KeyObject {
  const path = keyFileOf(dataDir);
  makeDirectory(dataDir);
  if (!isPresent(path)) createKeyFile(dataDir, path);
  return readKeyFile(path);
}

function makeDirectory(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: PRIVATE_DIRECTORY });
  } catch (error) {
    throw new VisionError(
      'VN_ERR_DATA_DIR',
      `cannot use the data directory ${dataDir}: ${messageOf(error)}`,
      'choose a writable directory (--data-dir)',
      { cause: error },
    );
  }
}

function isPresent(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw unreadable(path, messageOf(error), error);
  }
}

function createKeyFile(dataDir: string, path: string): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const temporary = path + TEMPORARY_SUFFIX;
  try {
    rmSync(temporary, { force: true });
    writeFileSync(temporary, pem, { flag: 'wx', mode: PRIVATE_FILE });
    sync(temporary);
    publish(temporary, path);
    sync(dataDir);
  } catch (error) {
    throw new VisionError(
      'VN_ERR_DATA_DIR',
      `cannot create the node key ${path}: ${messageOf(error)}`,
      'choose a writable directory with free space (--data-dir)',
      { cause: error },
    );
  }
}

/** Gives the file its name unless another process was first: then that one's key is read. */
function publish(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'EEXIST') return;
    if (!NO_HARD_LINKS.has(code)) throw error;
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function readKeyFile(path: string): KeyObject {
  let key: KeyObject;
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw unreadable(path, 'not a file');
    if (stat.size > KEY_FILE_BYTES_MAX) throw unreadable(path, 'too large for a key');
    if ((stat.mode & OTHERS_BITS) !== 0) tighten(path);
    key = createPrivateKey(readFileSync(path));
  } catch (error) {
    throw error instanceof VisionError ? error : unreadable(path, messageOf(error), error);
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw unreadable(path, `an ${String(key.asymmetricKeyType)} key where Ed25519 is needed`);
  }
  return key;
}

/** Volumes with a group owner come back group-readable after a restart; mounted secrets refuse a change. */
function tighten(path: string): void {
  try {
    chmodSync(path, PRIVATE_FILE);
  } catch (error) {
    const code = errorCodeOf(error);
    if (code !== 'EPERM' && code !== 'EROFS') throw error;
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function unreadable(path: string, detail: string, cause?: unknown): VisionError {
  return new VisionError(
    'VN_ERR_DATA_DIR',
    `cannot read the node key ${path}: ${detail}`,
    'restore the file from a backup; remove it only to give the node a new identity',
    { cause },
  );
}

/** OpenSSL's and the file system's words; neither quotes the key. */
function messageOf(error: unknown): string {
  return (error as Error).message;
}

function errorCodeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}
