import type { UnixMillis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { BookEntry } from './book-entry.ts';
import { isBusy } from './address-tables.ts';

/** However much changes, the elders are found anew no more often than this. */
const REVIEW_SPACING_MS = 5_000;
/** And this often at least, since time alone ends being one. */
const REVIEW_AT_LATEST_MS = 60_000;

/**
 * Goal: peers to hold on to, whose age an attacker cannot fake after the fact. Adversary: one that was
 * early with a whole network block. Mechanism: the longest-known proven peers that were met again
 * lately, few of each group. Bound: `eldersMax`. Cost: O(verified) once in five seconds of change.
 */
export class ElderPeers {
  private members: BookEntry[] = [];
  private reviewedAt: UnixMillis | undefined;
  private hasChanged = true;

  constructor(
    private readonly limits: NodeLimits,
    private readonly verified: () => readonly BookEntry[],
  ) {}

  list(at: UnixMillis): readonly BookEntry[] {
    if (this.isReviewDue(at)) this.review(at);
    return this.members;
  }

  has(entry: BookEntry): boolean {
    return this.members.includes(entry);
  }

  /** A peer was proven: it may be an elder. */
  noticeProof(): void {
    this.hasChanged = true;
  }

  /** The entry has failed or is gone: it is none until it has proven itself again. */
  exclude(entry: BookEntry): void {
    const index = this.members.indexOf(entry);
    if (index < 0) return;
    this.members = this.members.filter((member) => member !== entry);
    this.hasChanged = true;
  }

  private isReviewDue(at: UnixMillis): boolean {
    if (this.reviewedAt === undefined) return true;
    // The wall clock may step either way.
    const elapsedMs = Math.abs(at - this.reviewedAt);
    return elapsedMs >= (this.hasChanged ? REVIEW_SPACING_MS : REVIEW_AT_LATEST_MS);
  }

  private review(at: UnixMillis): void {
    this.reviewedAt = at;
    this.hasChanged = false;
    const { eldersMax, eldersPerGroupMax, elderVerifiedWithinMs } = this.limits;
    const oldest = new Map<string, BookEntry[]>();
    for (const entry of this.verified()) {
      if (!isFit(entry, at, elderVerifiedWithinMs)) continue;
      const ofGroup = oldest.get(entry.group);
      if (ofGroup === undefined) oldest.set(entry.group, [entry]);
      else insertByAge(ofGroup, entry, eldersPerGroupMax);
    }
    const members: BookEntry[] = [];
    for (const ofGroup of oldest.values()) {
      for (const entry of ofGroup) insertByAge(members, entry, eldersMax);
    }
    this.members = members;
  }
}

function isFit(entry: BookEntry, at: UnixMillis, withinMs: number): boolean {
  if (!entry.isProven || entry.failures > 0 || entry.lastSuccessAt === undefined) return false;
  switch (entry.state) {
    case 'banned':
    case 'discouraged':
    case 'incompatible':
    case 'self':
    case 'quarantined':
      return false;
    default:
      return isBusy(entry) || at - entry.lastSuccessAt <= withinMs;
  }
}

/** Keeps `list` in the order of age, oldest first, and no longer than `max`. */
function insertByAge(list: BookEntry[], entry: BookEntry, max: number): void {
  const age = (of: BookEntry): number => of.firstSuccessAt ?? Infinity;
  if (list.length >= max && age(list.at(-1) as BookEntry) <= age(entry)) return;
  let index = list.length;
  while (index > 0 && age(list[index - 1] as BookEntry) > age(entry)) index -= 1;
  list.splice(index, 0, entry);
  if (list.length > max) list.pop();
}
