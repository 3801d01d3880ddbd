import type { ConnectionId } from '../support/brand.ts';

/** A record that waits for its check. */
export interface WaitingRecord {
  /** Whose lane it waits in: who sent it first and is still there. */
  owner: ConnectionId;
  /** Connections whose peer has it, the owner's among them. */
  readonly knownBy: Set<ConnectionId>;
  /** Announced, and so wanted by others; what was only listed can wait. */
  isRelayed: boolean;
}

export interface RecordLaneBounds {
  readonly perPeerMax: number;
  readonly inAllMax: number;
}

/**
 * Goal: whoever sends a record has it checked within one round of those that wait. Adversary: some connections that
 * send as many records as each may, all the time. Mechanism: a lane for each connection, and turns; when all
 * places are taken, the longest lane gives one up to a shorter one. Bound: `perPeerMax` and `inAllMax` records;
 * an empty lane is none, and a lane ends with its connection. Cost: O(1), O(lanes) when full, O(records) at a close.
 */
export class RecordLanes<Entry extends WaitingRecord> {
  /** In the order of their turns. */
  private readonly lanes = new Map<ConnectionId, Entry[]>();
  private count = 0;

  constructor(private readonly bounds: RecordLaneBounds) {}

  get size(): number {
    return this.count;
  }

  /** @returns what has no place because of it: the record itself, or one of a longer lane */
  add(entry: Entry): Entry | undefined {
    const length = this.lanes.get(entry.owner)?.length ?? 0;
    if (length >= this.bounds.perPeerMax) return entry;
    const isFull = this.count >= this.bounds.inAllMax;
    const displaced = isFull ? this.takeOfLongerThan(length + 1) : undefined;
    if (isFull && displaced === undefined) return entry;
    this.insert(entry);
    return displaced;
  }

  /** The record whose turn it is. */
  next(): Entry | undefined {
    for (const [owner, lane] of this.lanes) {
      const entry = lane.shift();
      this.lanes.delete(owner);
      if (lane.length > 0) this.lanes.set(owner, lane);
      this.count -= 1;
      return entry;
    }
    return undefined;
  }

  /** A connection has ended. @returns what nobody else has sent, or found no place with who has */
  closed(id: ConnectionId): Entry[] {
    const orphans = this.lanes.get(id) ?? [];
    this.lanes.delete(id);
    this.count -= orphans.length;
    for (const lane of this.lanes.values()) for (const entry of lane) entry.knownBy.delete(id);
    return orphans.flatMap((entry) => {
      entry.knownBy.delete(id);
      const [heir] = entry.knownBy;
      if (heir === undefined) return [entry];
      entry.owner = heir;
      return this.add(entry) ?? [];
    });
  }

  private insert(entry: Entry): void {
    this.count += 1;
    const lane = this.lanes.get(entry.owner);
    if (lane === undefined) {
      this.lanes.set(entry.owner, [entry]);
      return;
    }
    const firstListed = entry.isRelayed ? lane.findIndex(({ isRelayed }) => !isRelayed) : -1;
    lane.splice(firstListed === -1 ? lane.length : firstListed, 0, entry);
  }

  private takeOfLongerThan(length: number): Entry | undefined {
    let longest: Entry[] = [];
    for (const lane of this.lanes.values()) if (lane.length > longest.length) longest = lane;
    if (longest.length <= length) return undefined;
    this.count -= 1;
    return longest.pop();
  }
}
