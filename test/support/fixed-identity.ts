import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';

/** RFC 8410: all of a PKCS#8 Ed25519 key but its 32 secret bytes. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_BYTES = 32;

/** The Ed25519 key of a constant secret: what is made with it is the same in each run. */
export function fixedPrivateKey(secretByte = 7): KeyObject {
  const der = Buffer.concat([PKCS8_HEAD, Buffer.alloc(KEY_BYTES, secretByte)]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

export interface Signer {
  readonly publicKey: Uint8Array;
  sign(bytes: Uint8Array): Uint8Array;
}

export function fixedSigner(secretByte?: number): Signer {
  const privateKey = fixedPrivateKey(secretByte);
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return {
    publicKey: Uint8Array.from(spki.subarray(-KEY_BYTES)),
    sign: (bytes) => new Uint8Array(sign(null, bytes, privateKey)),
  };
}
