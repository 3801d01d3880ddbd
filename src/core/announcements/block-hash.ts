import type { Sha256 } from '../support/sha256.ts';
import type { BlockHeader, TransactionAnnouncement } from '../wire/generated/p2p.ts';

const HEADER_BYTES = 96;
const HASH_BYTES = 32;

/**
 * What is hashed: 96 bytes, big-endian: version u32, height u64, parent hash 32, content root 32,
 * timestamp u64, target bits u32, nonce u64. Both hashes of `header` have 32 bytes.
 */
export function headerBytes(header: BlockHeader): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, header.version);
  view.setBigUint64(4, header.height);
  bytes.set(header.parentHash.subarray(0, HASH_BYTES), 12);
  bytes.set(header.contentRoot.subarray(0, HASH_BYTES), 44);
  view.setBigUint64(76, header.timestampMs);
  view.setUint32(84, header.targetBits);
  view.setBigUint64(88, header.nonce);
  return bytes;
}

/** SHA-256(SHA-256(header bytes)): twice, as in Bitcoin, against length extension. */
export function blockHash(header: BlockHeader, sha256: Sha256): Uint8Array {
  return sha256(sha256(headerBytes(header)));
}

/** SHA-256(public key || payload): the same for every signature over the same content. */
export function transactionId(
  transaction: Pick<TransactionAnnouncement, 'publicKey' | 'payload'>,
  sha256: Sha256,
): Uint8Array {
  const { publicKey, payload } = transaction;
  const bytes = new Uint8Array(publicKey.length + payload.length);
  bytes.set(publicKey);
  bytes.set(payload, publicKey.length);
  return sha256(bytes);
}
