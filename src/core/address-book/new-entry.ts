import type { Millis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { AddressEntry } from './address-entry.ts';
import type { StoredPeer } from './stored-peer.ts';
import type { PeerSource } from './vocabulary.ts';

/** An address of which nothing is known but that somebody named it. */
export function blankEntry(address: PeerAddress, source: PeerSource, now: Millis): AddressEntry {
  return {
    address,
    source,
    isStored: false,
    isOperator: false,
    state: 'heard',
    nodeId: undefined,
    isVerified: false,
    isProven: false,
    isPersisted: false,
    firstSuccessAt: undefined,
    lastSuccessAt: undefined,
    failures: 0,
    firstFailureAt: undefined,
    lastReason: undefined,
    lastDialAt: undefined,
    nextDialAt: now,
  };
}

/** What the store says of a peer that this node verified in an earlier run. */
export function storedEntry(peer: StoredPeer, limits: NodeLimits, now: Millis): AddressEntry {
  const { address, record } = peer;
  const entry: AddressEntry = {
    ...blankEntry(address, 'stored', now),
    isStored: true,
    isVerified: true,
    isPersisted: true,
    state: 'known',
  };
  if (record === undefined) return entry;
  const { nodeId, firstSuccessAt, lastSuccessAt } = record;
  // Both times of a proven peer's record lie at least the proof's length apart.
  const isProven = lastSuccessAt - firstSuccessAt >= limits.provenAfterMs;
  return { ...entry, nodeId, firstSuccessAt, lastSuccessAt, isProven };
}
