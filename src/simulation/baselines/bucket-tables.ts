import { below, uniform, type RandomSource } from '../../core/support/random-source.ts';
import type { AddressTables, BaselineNetwork, PeerNumber } from './baseline-network.ts';

const NEW_BUCKETS = 1_024;
const NEW_BUCKETS_PER_SOURCE = 64;
const TRIED_BUCKETS = 256;
const TRIED_BUCKETS_PER_GROUP = 8;
const BUCKET = 64;
const EMPTY = -1;
const RECENT_MS = 600_000;
const FAILURES_MAX = 3;
const DRAWS_MAX = 200;

interface Memory {
  failures: number;
  lastTriedMs: number;
  isTried: boolean;
}

/**
 * New and tried buckets as Bitcoin Core has them (Heilman et al., USENIX Security 2015, and what was
 * mended since): keyed buckets by address and source group, a coin between the tables, then entry by
 * entry; feelers, test before evict, two anchors, one outbound connection per group.
 */
export class BucketTables implements AddressTables {
  readonly outboundPerGroupMax = 1;
  readonly anchors = 2;
  readonly feelerMinutes = 2;
  private readonly fresh = new Int32Array(NEW_BUCKETS * BUCKET).fill(EMPTY);
  private readonly tried = new Int32Array(TRIED_BUCKETS * BUCKET).fill(EMPTY);
  private readonly memory = new Map<PeerNumber, Memory>();
  private readonly key: number;
  private triedCount = 0;

  constructor(
    private readonly network: BaselineNetwork,
    private readonly random: RandomSource,
  ) {
    this.key = random.nextU32();
  }

  hear(peer: PeerNumber, sourceGroup: number): void {
    if (this.memory.get(peer)?.isTried === true) return;
    const inner = hash(this.key, this.network.groupOf(peer), sourceGroup) % NEW_BUCKETS_PER_SOURCE;
    const bucket = hash(this.key, sourceGroup, inner) % NEW_BUCKETS;
    const place = bucket * BUCKET + (hash(this.key, bucket, peer) % BUCKET);
    const holder = this.fresh[place] as number;
    if (holder === peer || (holder !== EMPTY && !this.isTerrible(holder))) return;
    this.fresh[place] = peer;
    if (!this.memory.has(peer)) {
      this.memory.set(peer, { failures: 0, lastTriedMs: -RECENT_MS, isTried: false });
    }
  }

  succeed(peer: PeerNumber, atMs: number): void {
    const memory = this.memory.get(peer);
    if (memory === undefined) return;
    memory.failures = 0;
    memory.lastTriedMs = atMs;
    if (memory.isTried) return;
    const group = this.network.groupOf(peer);
    const inner = hash(this.key, peer, 1) % TRIED_BUCKETS_PER_GROUP;
    const bucket = hash(this.key, group, inner + 1_000) % TRIED_BUCKETS;
    const place = bucket * BUCKET + (hash(this.key, bucket + 5_000, peer) % BUCKET);
    const holder = this.tried[place] as number;
    // The holder is tested first, and stays when it answers.
    if (holder !== EMPTY && this.network.isUp(holder, atMs)) return;
    if (holder === EMPTY) this.triedCount += 1;
    else this.memory.delete(holder);
    this.tried[place] = peer;
    memory.isTried = true;
  }

  fail(peer: PeerNumber, atMs: number): void {
    const memory = this.memory.get(peer);
    if (memory === undefined) return;
    memory.failures += 1;
    memory.lastTriedMs = atMs;
  }

  pick(atMs: number): PeerNumber | undefined {
    const isTried = this.triedCount > 0 && uniform(this.random) < 0.5;
    return this.draw(isTried ? this.tried : this.fresh, atMs);
  }

  pickUntried(atMs: number): PeerNumber | undefined {
    return this.draw(this.fresh, atMs);
  }

  trusted(): Iterable<PeerNumber> {
    return this.tried.filter((peer) => peer !== EMPTY);
  }

  private draw(table: Int32Array, atMs: number): PeerNumber | undefined {
    let ease = 1;
    for (let draw = 0; draw < DRAWS_MAX; draw += 1) {
      const peer = this.slotFrom(table, below(this.random, table.length / BUCKET));
      const memory = peer === undefined ? undefined : this.memory.get(peer);
      if (peer === undefined || memory === undefined) continue;
      if (table === this.fresh && memory.isTried) continue;
      const recent = atMs - memory.lastTriedMs < RECENT_MS ? 0.01 : 1;
      if (uniform(this.random) < ease * recent * 0.66 ** Math.min(memory.failures, 8)) return peer;
      ease *= 1.2;
    }
    return undefined;
  }

  /** The first entry of a bucket from a random place on. */
  private slotFrom(table: Int32Array, bucket: number): PeerNumber | undefined {
    const from = below(this.random, BUCKET);
    for (let step = 0; step < BUCKET; step += 1) {
      const peer = table[bucket * BUCKET + ((from + step) % BUCKET)] as number;
      if (peer !== EMPTY) return peer;
    }
    return undefined;
  }

  private isTerrible(peer: PeerNumber): boolean {
    const memory = this.memory.get(peer);
    return memory === undefined || memory.isTried || memory.failures >= FAILURES_MAX;
  }
}

/** A keyed mix of two numbers; the finaliser of MurmurHash3. */
function hash(key: number, a: number, b: number): number {
  let mixed =
    Math.imul(key ^ Math.imul(a + 1, 0x9e37_79b1), 0x85eb_ca6b) ^ Math.imul(b + 1, 0xc2b2_ae35);
  mixed ^= mixed >>> 16;
  mixed = Math.imul(mixed, 0x85eb_ca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
