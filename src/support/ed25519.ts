import { createPublicKey, verify, type KeyObject } from 'node:crypto';

const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export interface SignedBytes {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes. */
  readonly signature: Uint8Array;
  readonly bytes: Uint8Array;
}

/**
 * Whether the signature is the key's own over the bytes (Ed25519, RFC 8032). Runs off the event loop.
 * Whatever is not a key or a signature is false; never rejects.
 */
export function isSignedBy({ publicKey, signature, bytes }: SignedBytes): Promise<boolean> {
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) {
    return Promise.resolve(false);
  }
  return new Promise((resolve) => {
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
