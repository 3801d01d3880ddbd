import type { AddressKey, Millis, NodeId, UnixMillis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { PeerRecord, SignedPeerRecord } from '../wire/peer-record.ts';

/** A record whose signature is right. */
export interface KnownRecord {
  readonly nodeId: NodeId;
  readonly record: PeerRecord;
  readonly signed: SignedPeerRecord;
}

/** Why a record is not even worth a look at its signature. */
export type RecordRefusal =
  /** This or a newer one is here already: the usual end of a record's way through the network. */
  | 'known'
  /** Signed again sooner than anybody needs to. */
  | 'too-soon'
  | 'too-old'
  | 'too-far-ahead';

interface RecordChoice {
  /** A record is given as it was signed: with all its addresses, or not at all. */
  readonly mayTell: (record: PeerRecord) => boolean;
  /** Of all together. */
  readonly bytesMax: number;
}

interface Held extends KnownRecord {
  readonly heldSince: Millis;
}

/**
 * Goal: the newest word of each node about itself, and each word passed on once. Adversary: signs a new
 * record each millisecond, or makes a new key for each record. Mechanism: per node only a newer
 * sequence counts, and only so often; the times must be near our own. Bound: `recordsMax` records, the
 * one held for longest goes. Cost: O(1).
 */
export class RecordTable {
  private readonly records = new Map<NodeId, Held>();

  constructor(private readonly limits: NodeLimits) {}

  get size(): number {
    return this.records.size;
  }

  get(nodeId: NodeId): KnownRecord | undefined {
    return this.records.get(nodeId);
  }

  /** Undefined: its signature is worth a look. */
  refusalOf(
    nodeId: NodeId,
    { sequence, addresses }: PeerRecord,
    { now, wallNow }: { readonly now: Millis; readonly wallNow: UnixMillis },
  ): RecordRefusal | undefined {
    const { limits } = this;
    const held = this.records.get(nodeId);
    if (held !== undefined && sequence <= held.record.sequence) return 'known';
    if (sequence > BigInt(wallNow + limits.recordAheadMaxMs)) return 'too-far-ahead';
    if (sequence < BigInt(Math.max(0, wallNow - limits.recordAgeMaxMs))) return 'too-old';
    const isNews = held === undefined || addresses.join() !== held.record.addresses.join();
    if (!isNews && now - held.heldSince < limits.recordIntervalMinMs) return 'too-soon';
    return undefined;
  }

  /** Records that name these addresses of their nodes. */
  signedFor(
    addresses: readonly string[],
    nodeIdOf: (key: AddressKey) => NodeId | undefined,
    { mayTell, bytesMax }: RecordChoice,
  ): SignedPeerRecord[] {
    const signed: SignedPeerRecord[] = [];
    let bytes = 0;
    for (const key of addresses) {
      const nodeId = nodeIdOf(key as AddressKey);
      const held = nodeId === undefined ? undefined : this.records.get(nodeId);
      if (held?.record.addresses.includes(key) !== true || !mayTell(held.record)) continue;
      bytes += sizeOf(held.signed);
      if (bytes > bytesMax) break;
      signed.push(held.signed);
    }
    return signed;
  }

  /** Two of one node may have been with the verifier: the newer one stays. */
  put(known: KnownRecord, now: Millis): void {
    const held = this.records.get(known.nodeId);
    if (held !== undefined && held.record.sequence >= known.record.sequence) return;
    this.records.delete(known.nodeId);
    this.records.set(known.nodeId, { ...known, heldSince: now });
    if (this.records.size <= this.limits.recordsMax) return;
    const [oldest] = this.records.keys();
    if (oldest !== undefined) this.records.delete(oldest);
  }
}

/** On the wire: three tags, and three lengths of at most two bytes each. */
function sizeOf({ record, signature }: SignedPeerRecord): number {
  return record.length + signature.length + 9;
}
