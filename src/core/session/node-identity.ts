import type { NodeId } from '../support/brand.ts';
import { toHex } from '../support/bytes.ts';

const NODE_ID_BYTES = 20;

/** Node id of an Ed25519 public key: hex of the first 20 bytes of its SHA-256. */
export function nodeIdOfKey(
  publicKey: Uint8Array,
  sha256: (bytes: Uint8Array) => Uint8Array,
): NodeId {
  return toHex(sha256(publicKey).subarray(0, NODE_ID_BYTES)) as NodeId;
}
