import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { readFileSync, statSync, writeFileSync, mkdirSync } from 'node:fs';
import {
  keyFileOf,
  loadOrCreateIdentity,
  type LocalIdentity,
} from '../../../src/handshake/local-identity.ts';
import { nodeIdOf } from '../../../src/handshake/node-id.ts';
import { VisionError } from '../../../src/support/vision-error.ts';
import { fixedPrivateKey } from '../../support/fixed-identity.ts';
import { isPrintableLine, promise, type FuzzTarget } from '../fuzz-target.ts';
import { scratchPath } from '../scratch.ts';

const DATA_DIR = scratchPath('data');
mkdirSync(DATA_DIR);
const KEY_FILE = keyFileOf(DATA_DIR);
const KEY_FILE_BYTES_MAX = 16_384;

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

const hex = (text: string, secret: number): Buffer =>
  Buffer.concat([Buffer.from(text, 'hex'), Buffer.alloc(secret, 7)]);

/** All of a PKCS#8 key but the secret, which comes last (RFC 5958, RFC 8410). */
const KINDS = {
  x25519: hex('302e020100300506032b656e04220420', 32),
  ed448: hex('3047020100300506032b6571043b0439', 57),
  p256: hex('3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420', 32),
};
const good = fixedPrivateKey().export({ type: 'pkcs8', format: 'pem' }) as string;
const other = fixedPrivateKey(9).export({ type: 'pkcs8', format: 'pem' }) as string;

export const keyFile: FuzzTarget = {
  name: 'key-file',
  cases: 6_000,
  seeds: [
    good,
    `# comment\r\n${good.replaceAll('\n', '\r\n')}\n\n`,
    other + good,
    good.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE'),
    good.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n'),
    good.replaceAll('PRIVATE', 'PUBLIC'),
    ...Object.values(KINDS).map((der) => pem('PRIVATE KEY', der)),
    pem('EC PRIVATE KEY', KINDS.p256.subarray(28)),
    good.padEnd(KEY_FILE_BYTES_MAX + 1),
    '',
  ].map((text) => new Uint8Array(Buffer.from(text))),
  run: (bytes) => {
    writeFileSync(KEY_FILE, bytes, { mode: 0o600 });
    const identity = identityOrFault();
    const after = readFileSync(KEY_FILE);
    promise(Buffer.compare(after, bytes) === 0, 'the file is left as it was');
    promise((statSync(KEY_FILE).mode & 0o077) === 0, 'nobody else reads it');
    if (typeof identity === 'string') return checkFault(identity, bytes);
    promise(bytes.length <= KEY_FILE_BYTES_MAX, 'no key in a huge file');
    checkIdentity(identity);
  },
};

function identityOrFault(): LocalIdentity | string {
  try {
    return loadOrCreateIdentity(DATA_DIR);
  } catch (error) {
    if (!(error instanceof VisionError) || error.code !== 'VN_ERR_DATA_DIR') throw error;
    return error.message;
  }
}

function checkFault(message: string, bytes: Uint8Array): void {
  promise(message.startsWith(`cannot read the node key ${KEY_FILE}: `), 'a fault names the file');
  promise(isPrintableLine(message) && message.length < 300, 'a fault is a short line');
  const words = Buffer.from(bytes)
    .toString('latin1')
    .split(/[^A-Za-z0-9+/=]+/);
  const secrets = words.filter(({ length }) => length >= 24);
  promise(!secrets.some((secret) => message.includes(secret)), 'nothing of the key');
}

function checkIdentity(identity: LocalIdentity): void {
  const { publicKey, nodeId } = identity;
  promise(publicKey.length === 32 && nodeId === nodeIdOf(publicKey), 'the name is that of the key');
  const { certificate, privateKey } = identity.credentials();
  const proven = createPublicKey(privateKey);
  promise(proven.asymmetricKeyType === 'ed25519', 'an Ed25519 key');
  const message = Buffer.from('message');
  promise(verify(null, message, proven, identity.sign(message)), 'a signature that holds');
  const x509 = new X509Certificate(certificate);
  promise(x509.publicKey.equals(proven) && x509.verify(proven), 'a certificate of its own');
  const spki = proven.export({ type: 'spki', format: 'der' });
  promise(Buffer.compare(spki.subarray(-32), publicKey) === 0, 'the public key of the private one');
}
