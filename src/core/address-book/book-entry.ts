import type { AddressScope } from '../support/address-scope.ts';
import type { Millis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { AddressEntry } from './address-entry.ts';
import type { StoredPeer } from './stored-peer.ts';
import type { PeerSource } from './vocabulary.ts';

/** An entry as the address book itself sees it: changeable, and with where it stands in each index. */
export type BookEntry = { -readonly [Field in keyof AddressEntry]: AddressEntry[Field] } & {
  /** Failures that the outage rule holds back: they count for the backoff alone. */
  heldFailures: number;
  /** Keyed hash of the address. */
  readonly hash: number;
  /** Places that it holds in the buckets of its table; none: it is kept beside them. */
  places: readonly number[];
  /** Positions in the lists of that name; -1: not in it. */
  tablePosition: number;
  groupPosition: number;
  sourcePosition: number;
  verifiedPosition: number;
  lostPosition: number;
};

/** Shared by all that have no place. */
export const NOWHERE: readonly number[] = [];

/** Who named an address, and what follows for it. */
export interface EntryOrigin {
  readonly source: PeerSource;
  readonly group: string;
  readonly sourceGroup: string;
  readonly via: AddressScope | undefined;
}

/** An address of which nothing is known but that somebody named it. */
export function blankEntry(
  address: PeerAddress,
  hash: number,
  origin: EntryOrigin,
  now: Millis,
): BookEntry {
  return {
    address,
    source: origin.source,
    group: origin.group,
    sourceGroup: origin.sourceGroup,
    via: origin.via,
    isTried: false,
    isSecured: false,
    isStored: false,
    isOperator: false,
    isVouchedFor: false,
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
    bannedUntil: undefined,
    heldFailures: 0,
    hash,
    places: NOWHERE,
    tablePosition: -1,
    groupPosition: -1,
    sourcePosition: -1,
    verifiedPosition: -1,
    lostPosition: -1,
  };
}

/** Adds what the store says of a peer that this node verified in an earlier run. */
export function addRecord(entry: BookEntry, peer: StoredPeer, limits: NodeLimits): void {
  const { record } = peer;
  entry.isStored = true;
  entry.isVerified = true;
  entry.state = 'known';
  if (record === undefined) return;
  const { nodeId, firstSuccessAt, lastSuccessAt } = record;
  entry.nodeId = nodeId;
  entry.firstSuccessAt = firstSuccessAt;
  entry.lastSuccessAt = lastSuccessAt;
  // An old record says only when: both times of a proven peer lie the proof's length apart.
  entry.isSecured = record.isSecured === true;
  entry.isProven = record.isProven ?? lastSuccessAt - firstSuccessAt >= limits.provenAfterMs;
}
