import type { AddressScope } from '../support/address-scope.ts';
import type { Millis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { AddressEntry } from './address-entry.ts';
import type { StoredPeer } from './stored-peer.ts';
import type { PeerSource } from './vocabulary.ts';

/** Who named an address, and what follows for it. */
export interface EntryOrigin {
  readonly source: PeerSource;
  readonly group: string;
  readonly sourceGroup: string;
  readonly via: AddressScope | undefined;
}

/** An address of which nothing is known but that somebody named it. */
export function blankEntry(address: PeerAddress, origin: EntryOrigin, now: Millis): AddressEntry {
  return {
    address,
    ...origin,
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
export function storedEntry(
  peer: StoredPeer,
  group: string,
  limits: NodeLimits,
  now: Millis,
): AddressEntry {
  const { address, record } = peer;
  const origin = { source: 'stored', group, sourceGroup: '', via: undefined } as const;
  const entry: AddressEntry = {
    ...blankEntry(address, origin, now),
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
