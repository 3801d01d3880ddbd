import { createHash } from 'node:crypto';

import type { NodeId } from '../core/support/brand.ts';

const NODE_ID_HEX_LENGTH = 40;

/** Lower-case hex of the first 20 bytes of SHA-256(public key). */
export function nodeIdOf(publicKey: Uint8Array): NodeId {
  const digest = createHash('sha256').update(publicKey).digest('hex');
  return digest.slice(0, NODE_ID_HEX_LENGTH) as NodeId;
}
