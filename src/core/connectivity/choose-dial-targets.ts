import type { AddressEntry } from '../address-book/address-entry.ts';
import type { PeerSource } from '../address-book/vocabulary.ts';
import type { ConnectionClass } from '../session/connection.ts';
import type { AddressKey, Millis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';

/** What the plan is made from; nothing else. */
export interface DialSnapshot {
  readonly now: Millis;
  /** Open outbound connections and open dials in progress. */
  readonly outbound: number;
  /** Established `--peer` connections and their dials in progress. */
  readonly operatorConnections: number;
  /** Established connections of any kind but feelers and surplus. */
  readonly connections: number;
  /** Dials that the rate still allows. */
  readonly dialsAllowed: number;
  /** Of these, for slots above the minimum. */
  readonly spareDialsAllowed: number;
  readonly areSeedsAllowed: boolean;
  /** Verified peers, in random order. */
  readonly verified: readonly AddressEntry[];
  readonly operatorPeers: readonly AddressEntry[];
  /** In file order. */
  readonly seeds: readonly AddressEntry[];
  /** Named by others, in random order. */
  readonly heard: readonly AddressEntry[];
  /** Connected, being dialled, or known to be a node that is connected. */
  readonly isBusy: (entry: AddressEntry) => boolean;
}

export interface DialTarget {
  readonly entry: AddressEntry;
  readonly source: PeerSource;
  readonly class: ConnectionClass;
}

/**
 * Which addresses to dial now. Verified peers first, then `--peer` (beside the outbound slots), then
 * seeds in file order when no stored peer connects, then what others named. From the minimum up to
 * the maximum only addresses without a failure are tried, a few at a time: they are cheap.
 */
export function chooseDialTargets(snapshot: DialSnapshot, limits: NodeLimits): DialTarget[] {
  const operator = operatorTargets(snapshot, limits);
  const taken = new Set<AddressKey>(operator.map((target) => target.entry.address.key));
  const room = Math.min(
    limits.outboundMax - snapshot.outbound,
    snapshot.dialsAllowed - operator.length,
  );
  const missing = Math.max(0, limits.outboundMin - snapshot.outbound);
  const open: DialTarget[] = [];
  for (const target of candidates(snapshot)) {
    if (open.length >= Math.min(room, missing + snapshot.spareDialsAllowed)) break;
    const { entry, source } = target;
    const isSpare = open.length >= missing;
    if (taken.has(entry.address.key) || (isSpare && entry.failures > 0)) continue;
    if (!isDue(entry, source, snapshot, limits)) continue;
    taken.add(entry.address.key);
    open.push({ ...target, source: sourceOf(entry, source) });
  }
  return [...operator, ...open];
}

/** All that may be dialled for an open slot, in the order of the sources. */
function* candidates(snapshot: DialSnapshot): Generator<DialTarget> {
  const tiers: readonly (readonly [readonly AddressEntry[], PeerSource])[] = [
    [snapshot.verified.filter((entry) => !wasFull(entry)), 'stored'],
    [snapshot.areSeedsAllowed ? snapshot.seeds : [], 'seed'],
    [snapshot.heard, 'exchange'],
    [snapshot.verified.filter(wasFull), 'stored'],
  ];
  for (const [entries, source] of tiers) {
    for (const entry of entries) yield { entry, source, class: 'open' };
  }
}

/** It had no slot for us when we last met: others come first. */
function wasFull(entry: AddressEntry): boolean {
  return entry.lastReason === 'too-many-peers';
}

function operatorTargets(snapshot: DialSnapshot, limits: NodeLimits): DialTarget[] {
  const room = Math.min(
    limits.operatorPeersMax - snapshot.operatorConnections,
    snapshot.dialsAllowed,
  );
  return snapshot.operatorPeers
    .filter((entry) => isDue(entry, 'peer', snapshot, limits))
    .slice(0, Math.max(0, room))
    .map((entry) => ({ entry, source: 'peer', class: 'operator' }));
}

function sourceOf(entry: AddressEntry, tier: PeerSource): PeerSource {
  return tier === 'stored' && !entry.isStored ? entry.source : tier;
}

/**
 * Its backoff is over; or there is no connection at all, and what we trusted once is tried at least
 * once per reconnection interval.
 */
function isDue(
  entry: AddressEntry,
  tier: PeerSource,
  snapshot: DialSnapshot,
  limits: NodeLimits,
): boolean {
  if (entry.state === 'self' || snapshot.isBusy(entry)) return false;
  if (entry.nextDialAt <= snapshot.now) return true;
  const isTrusted = tier !== 'exchange' || entry.isVerified;
  if (snapshot.connections > 0 || !isTrusted) return false;
  return (
    entry.lastDialAt === undefined ||
    entry.lastDialAt + limits.reconnectionIntervalMs <= snapshot.now
  );
}
