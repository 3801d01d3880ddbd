import type { ConnectionId } from '../support/brand.ts';

/** Who brought it first, and everybody who has it. */
export interface LaneEntry {
  owner: ConnectionId | undefined;
  readonly knownBy: ReadonlySet<ConnectionId>;
}

interface Lane<Entry> {
  /** With the verifier. */
  checking: number;
  readonly waiting: Entry[];
}

/**
 * Goal: a peer whose word is false is gone before much of it was checked. Adversary: sends a second's worth of
 * false announcements in one packet, for others to check. Mechanism: of each peer only `atOnce` are with
 * the verifier; the rest waits, and goes when the peer goes, unless somebody else has it too.
 * Bound: the caller's on entries; an empty lane is none. Cost: O(1), and O(waiting) when a peer leaves.
 */
export class VerificationLanes<Entry extends LaneEntry> {
  private readonly lanes = new Map<ConnectionId | undefined, Lane<Entry>>();

  constructor(private readonly atOnce: number) {}

  /** @returns whether it is to be checked now; otherwise it comes out of `settled` or `closed` later */
  enter(entry: Entry): boolean {
    const lane = this.laneOf(entry.owner);
    if (lane.checking >= this.atOnce) {
      lane.waiting.push(entry);
      return false;
    }
    lane.checking += 1;
    return true;
  }

  /** A check of this peer's is over. @returns those that are to be checked now */
  settled(owner: ConnectionId | undefined): Entry[] {
    const lane = this.lanes.get(owner);
    // Its peer has gone meanwhile.
    if (lane === undefined) return [];
    lane.checking -= 1;
    return this.begin(owner, lane);
  }

  /** A peer has gone. @returns what nobody else has, and what is to be checked now for others */
  closed(id: ConnectionId): { readonly dropped: Entry[]; readonly due: Entry[] } {
    const lane = this.lanes.get(id);
    if (lane === undefined) return { dropped: [], due: [] };
    this.lanes.delete(id);
    const dropped: Entry[] = [];
    const due: Entry[] = [];
    for (const entry of lane.waiting) {
      const heir = [...entry.knownBy].find((other) => other !== id);
      if (heir === undefined) {
        dropped.push(entry);
        continue;
      }
      entry.owner = heir;
      if (this.enter(entry)) due.push(entry);
    }
    return { dropped, due };
  }

  private begin(owner: ConnectionId | undefined, lane: Lane<Entry>): Entry[] {
    const due = lane.waiting.splice(0, this.atOnce - lane.checking);
    lane.checking += due.length;
    if (lane.checking === 0) this.lanes.delete(owner);
    return due;
  }

  private laneOf(owner: ConnectionId | undefined): Lane<Entry> {
    let lane = this.lanes.get(owner);
    if (lane === undefined) {
      lane = { checking: 0, waiting: [] };
      this.lanes.set(owner, lane);
    }
    return lane;
  }
}
