import { createHash } from 'node:crypto';

import { PREFACE } from '../../src/core/wire/frame-decoder.ts';
import type { Hello } from '../../src/core/wire/generated/p2p.ts';
import { encodeFrame } from '../../src/core/wire/message-codec.ts';

export const GENESIS = new Uint8Array(32).fill(7);
const keyAt = (i: number): Uint8Array =>
  createHash('sha256')
    .update(Uint8Array.of(i >> 8, i))
    .digest();
/** Of the node under test. */
export const OWN_KEY = keyAt(9_999);

/** Preface and Hello of a peer: what a node reads first. */
export function handshakeOf(i: number, changes: Partial<Hello> = {}): Uint8Array {
  const body: Hello = {
    protocolVersion: 1,
    chainId: 'lab',
    genesisHash: GENESIS,
    connectionNonce: BigInt(i),
    publicKey: keyAt(i),
    agent: 'peer/1',
    listenAddresses: [],
    capabilities: 7n,
    zone: '',
    observedAddress: '',
    tipHeight: 0n,
    tipHash: new Uint8Array(0),
    ...changes,
  };
  return Buffer.concat([PREFACE, encodeFrame({ type: 'hello', body })]);
}
