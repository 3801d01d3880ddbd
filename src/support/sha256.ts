import { hash } from 'node:crypto';

/**
 * SHA-256 (FIPS 180-4) of `bytes`, 32 bytes. By way of text: a Buffer from OpenSSL brings a backing
 * store of its own, which costs more than the hash of a short input.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  const text = hash('sha256', bytes, 'binary');
  const digest = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) digest[i] = text.charCodeAt(i);
  return digest;
}
