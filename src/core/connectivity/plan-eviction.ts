import type { ConnectionId, Millis } from '../support/brand.ts';

/** One established inbound connection, as far as eviction looks at it. */
export interface EvictionCandidate {
  readonly id: ConnectionId;
  readonly group: string;
  /** A number that the peer cannot foresee, equal for all of a group: a keyed hash of it. */
  readonly groupRank: number;
  readonly rttMs: number | undefined;
  /** Announcements that were new to us and good; more is more useful. */
  readonly usefulness: number;
  readonly establishedAt: Millis;
}

/**
 * Goal: a newcomer of an honest minority always finds a place. Adversary: somebody who fills every
 * inbound slot. Mechanism: what is hard to fake protects (a group that a secret key favours, a short
 * way, usefulness, age), as in Bitcoin Core; of the rest, the youngest of the largest group goes, and
 * only when that makes the groups more even. Bound: no state. Cost: O(n log n) of the inbound slots.
 * @param protectedEach how many each of the first three rules protects
 * @returns undefined when nobody should go
 */
export function planEviction(
  candidates: readonly EvictionCandidate[],
  newcomerGroup: string,
  protectedEach: number,
): ConnectionId | undefined {
  const sizes = countBy(candidates);
  let left = protect(candidates, protectedEach, (a, b) => b.groupRank - a.groupRank);
  left = protect(left, protectedEach, (a, b) => rttOf(a) - rttOf(b));
  left = protect(left, protectedEach, (a, b) => b.usefulness - a.usefulness);
  left = protect(left, left.length >> 1, (a, b) => a.establishedAt - b.establishedAt);
  const newcomers = sizes.get(newcomerGroup) ?? 0;
  let victim: EvictionCandidate | undefined;
  for (const candidate of left) {
    if ((sizes.get(candidate.group) as number) < newcomers + 2) continue;
    if (victim === undefined || isBetterVictim(candidate, victim, sizes)) victim = candidate;
  }
  return victim?.id;
}

function protect(
  candidates: readonly EvictionCandidate[],
  count: number,
  order: (a: EvictionCandidate, b: EvictionCandidate) => number,
): readonly EvictionCandidate[] {
  return [...candidates].sort(order).slice(count);
}

function rttOf({ rttMs }: EvictionCandidate): number {
  return rttMs ?? Number.MAX_SAFE_INTEGER;
}

function countBy(candidates: readonly EvictionCandidate[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { group } of candidates) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return sizes;
}

/** Of the larger group; among equals the younger. */
function isBetterVictim(
  candidate: EvictionCandidate,
  than: EvictionCandidate,
  sizes: ReadonlyMap<string, number>,
): boolean {
  const difference = (sizes.get(candidate.group) as number) - (sizes.get(than.group) as number);
  return difference > 0 || (difference === 0 && candidate.establishedAt > than.establishedAt);
}
