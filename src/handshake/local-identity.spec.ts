import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { identityOfConfig } from './handshake.module.ts';
import { ephemeralIdentity, loadOrCreateIdentity } from './local-identity.ts';
import { nodeIdOf } from './node-id.ts';

let parent: string;
let dataDir: string;
let keyFile: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'vision-identity-'));
  dataDir = join(parent, 'nested', 'data');
  keyFile = join(dataDir, 'node.key');
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;

const fault = (): unknown => {
  try {
    loadOrCreateIdentity(dataDir);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('the identity of a data directory', () => {
  it('is made at the first start and the same ever after', () => {
    const first = loadOrCreateIdentity(dataDir);
    const second = loadOrCreateIdentity(dataDir);
    expect(second.publicKey).toEqual(first.publicKey);
    expect(second.nodeId).toBe(first.nodeId);
    expect(first.publicKey).toHaveLength(32);
    expect(first.nodeId).toMatch(/^[0-9a-f]{40}$/);
  });

  it('lies in a private file of a private directory, as PKCS#8 PEM', () => {
    const { publicKey } = loadOrCreateIdentity(dataDir);
    expect(modeOf(keyFile)).toBe(0o600);
    expect(modeOf(dataDir)).toBe(0o700);
    expect(readdirSync(dataDir)).toEqual(['node.key']);
    const spki = createPublicKey(readFileSync(keyFile)).export({ type: 'spki', format: 'der' });
    expect(Buffer.from(publicKey).equals(spki.subarray(-32))).toBe(true);
  });

  it('signs what its public key verifies', () => {
    const identity = loadOrCreateIdentity(dataDir);
    const signature = identity.sign(Buffer.from('message'));
    const key = createPublicKey(readFileSync(keyFile));
    expect(signature).toHaveLength(64);
    expect(verify(null, Buffer.from('message'), key, signature)).toBe(true);
  });

  it('is made although a killed start left a piece of a key behind', () => {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(`${keyFile}.new`, '-----BEGIN PRIV', { mode: 0o644 });
    loadOrCreateIdentity(dataDir);
    expect(readdirSync(dataDir)).toEqual(['node.key']);
    expect(modeOf(keyFile)).toBe(0o600);
  });

  it('becomes private again when its file was not', () => {
    const { nodeId } = loadOrCreateIdentity(dataDir);
    chmodSync(keyFile, 0o664);
    expect(loadOrCreateIdentity(dataDir).nodeId).toBe(nodeId);
    expect(modeOf(keyFile)).toBe(0o600);
  });
});

describe('a key file that is no Ed25519 key', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
  it.each([
    ['an empty file', ''],
    ['text', 'not a key'],
    ['half a key', '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw\n'],
    ['another kind of key', rsa.export({ type: 'pkcs8', format: 'pem' })],
    ['a huge file', 'x'.repeat(20_000)],
  ])('is a fault that names it, and stays: %s', (_, content) => {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(keyFile, content);
    expect(fault()).toMatchObject({
      code: 'VN_ERR_DATA_DIR',
      exitCode: 74,
      message: expect.stringContaining(keyFile),
    });
    expect(readFileSync(keyFile, 'utf8')).toBe(content);
  });

  it('is a fault too when it is a directory or a link to nothing', () => {
    mkdirSync(keyFile, { recursive: true });
    expect(fault()).toMatchObject({ code: 'VN_ERR_DATA_DIR' });
    rmSync(keyFile, { recursive: true });
    symlinkSync('/nonexistent/node.key', keyFile);
    expect(fault()).toMatchObject({ code: 'VN_ERR_DATA_DIR' });
  });

  it('is not quoted by the fault', () => {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(keyFile, '-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----\n');
    const error = fault() as Error;
    expect(`${error.message} ${String(error.stack)}`).not.toContain('CANARY');
  });
});

it('a directory that cannot be made is a fault that names it', () => {
  writeFileSync(join(parent, 'nested'), 'a file in its place');
  expect(fault()).toMatchObject({
    code: 'VN_ERR_DATA_DIR',
    message: expect.stringContaining(dataDir),
  });
});

describe('a memory store', () => {
  const store = (kind: 'memory' | 'file') => ({
    kind,
    dataDir,
    redis: { url: undefined, urlFile: undefined, keyPrefix: '', tlsCa: undefined },
  });

  it('gets a new identity each time and leaves nothing behind', () => {
    expect(identityOfConfig(store('memory')).nodeId).not.toBe(ephemeralIdentity().nodeId);
    expect(readdirSync(parent)).toEqual([]);
  });

  it('is who its directory says when it has a key', () => {
    const { nodeId } = identityOfConfig(store('file'));
    expect(identityOfConfig(store('memory')).nodeId).toBe(nodeId);
  });
});

it('the node id is the start of the SHA-256 of the key', () => {
  expect(nodeIdOf(new Uint8Array(32))).toBe(
    '66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925'.slice(0, 40),
  );
});
