import type { AddressKey } from '../support/brand.ts';

/**
 * Goal: a good holder of a slot in `tried` does not give way to whoever comes. Adversary: fresh
 * addresses aimed at slots. Mechanism: the newcomer waits in `new`; the holder is dialled by a feeler
 * and gives way only when it does not answer. Bound: `contestsMax`, one newcomer each, the first.
 * Cost: O(1); finding the next one to test O(contestsMax).
 */
export class TriedContests {
  /** By holder, in the order in which they came. */
  private readonly newcomers = new Map<AddressKey, AddressKey>();

  constructor(private readonly max: number) {}

  get size(): number {
    return this.newcomers.size;
  }

  holders(): IterableIterator<AddressKey> {
    return this.newcomers.keys();
  }

  isContested(holder: AddressKey): boolean {
    return this.newcomers.has(holder);
  }

  add(holder: AddressKey, newcomer: AddressKey): void {
    if (this.newcomers.size >= this.max || this.newcomers.has(holder)) return;
    this.newcomers.set(holder, newcomer);
  }

  /** Ends the contest. @returns who wanted the slot */
  settle(holder: AddressKey): AddressKey | undefined {
    const newcomer = this.newcomers.get(holder);
    this.newcomers.delete(holder);
    return newcomer;
  }
}
