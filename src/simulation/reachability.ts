/** Stands for all that is no node of the network: resolvers, hosts at which nobody ever answers. */
export const OUTSIDE = -1;

/** Whether what `from` sends is lost on its way to `to`; both are indices of nodes or `OUTSIDE`. */
export type Severs = (from: number, to: number) => boolean;

/** Which host can send to which: all to all, but for the cuts that are in force. */
export class Reachability {
  private readonly cuts = new Set<Severs>();

  /** @returns what heals the cut */
  cut(severs: Severs): () => void {
    // A function of its own, so that one rule may be cut twice and healed once.
    const own: Severs = (from, to) => severs(from, to);
    this.cuts.add(own);
    return () => void this.cuts.delete(own);
  }

  passes(from: number, to: number): boolean {
    if (this.cuts.size === 0) return true;
    for (const severs of this.cuts) if (severs(from, to)) return false;
    return true;
  }

  /** There and back. */
  connects(one: number, other: number): boolean {
    return this.passes(one, other) && this.passes(other, one);
  }
}
