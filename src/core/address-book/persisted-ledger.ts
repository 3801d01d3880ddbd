import type { NodeLimits } from '../support/limits.ts';
import type { RandomSource } from '../support/random-source.ts';
import type { BookEntry } from './book-entry.ts';
import type { EntryTable } from './entry-table.ts';

/** Draws when a full group looks for a stored peer that has failed. */
const REPLACEMENT_DRAWS = 8;

/**
 * Goal: a store of many owners. Adversary: thousands of addresses that answer, in few groups.
 * Mechanism: a count per group and one of all; a full group takes a newcomer only for one of its own
 * that has failed. Bound: a number per group that has a stored peer. Cost: O(1).
 */
export class PersistedLedger {
  private readonly ofGroup = new Map<string, number>();
  private total = 0;

  constructor(
    private readonly limits: NodeLimits,
    private readonly random: RandomSource,
  ) {}

  get count(): number {
    return this.total;
  }

  get isFull(): boolean {
    return this.total >= this.limits.persistedEntriesMax;
  }

  hasRoom(group: string): boolean {
    return !this.isFull && (this.ofGroup.get(group) ?? 0) < this.limits.persistedPerGroupMax;
  }

  /** A stored peer of the entry's group that has failed and may give up its key for it. */
  failedOf(group: string, table: EntryTable): BookEntry | undefined {
    const entries = table.groupNamed(group);
    for (let draw = 0; draw < REPLACEMENT_DRAWS; draw += 1) {
      const entry = entries?.draw(this.random);
      if (entry?.isPersisted === true && entry.failures > 0) return entry;
    }
    return undefined;
  }

  add(entry: BookEntry): void {
    if (entry.isPersisted) return;
    entry.isPersisted = true;
    this.total += 1;
    this.ofGroup.set(entry.group, (this.ofGroup.get(entry.group) ?? 0) + 1);
  }

  /** @returns whether it was there */
  remove(entry: BookEntry): boolean {
    if (!entry.isPersisted) return false;
    entry.isPersisted = false;
    this.total -= 1;
    const left = (this.ofGroup.get(entry.group) ?? 1) - 1;
    if (left === 0) this.ofGroup.delete(entry.group);
    else this.ofGroup.set(entry.group, left);
    return true;
  }
}
