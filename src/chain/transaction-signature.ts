import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { TransactionAnnouncement } from '../core/wire/generated/p2p.ts';

const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** Keeps a signature for this purpose from being one for another. */
const DOMAIN = Buffer.from('vision-node:transaction:v1\0', 'ascii');
/** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** The bytes under a transaction's signature: domain, a zero byte, payload. */
export function signedTransactionBytes(payload: Uint8Array): Buffer {
  return Buffer.concat([DOMAIN, payload]);
}

/**
 * Whether the signature is the key's own over the payload (Ed25519, RFC 8032). Runs off the event
 * loop. Whatever is not a key or a signature is false; never rejects.
 */
export function hasValidSignature(transaction: TransactionAnnouncement): Promise<boolean> {
  const { publicKey, payload, signature } = transaction;
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) {
    return Promise.resolve(false);
  }
  return new Promise((resolve) => {
    const bytes = signedTransactionBytes(payload);
    // An error is OpenSSL's way to say that the 32 bytes are no point of the curve.
    verify(null, bytes, keyObjectOf(publicKey), signature, (error, valid) =>
      resolve(error === null && valid),
    );
  });
}

/** Any 32 bytes make a key object; whether they are a key shows when it is used. */
function keyObjectOf(publicKey: Uint8Array): KeyObject {
  const key = Buffer.concat([SPKI_PREFIX, publicKey]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}
