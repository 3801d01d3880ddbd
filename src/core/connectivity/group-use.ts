import type { NodeLimits } from '../support/limits.ts';

/**
 * Goal: no operator of a single network holds many of our slots. Adversary: somebody with thousands
 * of addresses in few groups. Mechanism: one slot per group; where fewer groups exist than slots
 * (a rack, three zones), each may have its share. Bound: one counter per slot. Cost: O(1).
 */
export class GroupUse {
  private readonly slots: Map<string, number>;
  private readonly share: number;

  constructor(slots: ReadonlyMap<string, number>, groupsKnown: number, limits: NodeLimits) {
    this.slots = new Map(slots);
    const evenShare = Math.ceil(limits.outboundMax / Math.max(1, groupsKnown));
    this.share = Math.max(limits.outboundPerGroupMax, evenShare);
  }

  hasRoom(group: string): boolean {
    return (this.slots.get(group) ?? 0) < this.share;
  }

  take(group: string): void {
    this.slots.set(group, (this.slots.get(group) ?? 0) + 1);
  }

  /** Whether `group` holds fewer slots than `than`; any group is better than none. */
  isBetter(group: string, than: string | undefined): boolean {
    if (than === undefined) return true;
    return (this.slots.get(group) ?? 0) < (this.slots.get(than) ?? 0);
  }
}
