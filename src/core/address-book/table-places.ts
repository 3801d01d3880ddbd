import { KeyedHash, type HashKey } from '../support/keyed-hash.ts';
import type { NodeLimits } from '../support/limits.ts';

/** What a hash is asked for: equal words never mean two things. */
const NEW_SPREAD = 1;
const NEW_BUCKET = 2;
const NEW_SLOT = 3;
const TRIED_SPREAD = 4;
const TRIED_BUCKET = 5;
const TRIED_SLOT = 6;
/** Odd, so that no two choices give the same word. */
const CHOICE_STEP = 0x9e37_79b1;

/**
 * Goal: nobody foresees where an address lands, nor reaches much of a table. Adversary: a source group
 * that names any addresses, an address group of any size. Mechanism: a keyed hash; the bucket in `new`
 * comes from the source group and a few bits of the address, that in `tried` from the address's own
 * group and a few bits (Bitcoin Core's address manager, after Heilman et al., "Eclipse Attacks on
 * Bitcoin's Peer-to-Peer Network"). Bound: no state but the key. Cost: a microsecond.
 */
export class TablePlaces {
  private readonly hash: KeyedHash;

  constructor(
    readonly key: HashKey,
    private readonly limits: NodeLimits,
  ) {
    this.hash = new KeyedHash(key);
  }

  /** A signed 32-bit number, which takes no memory of its own. */
  hashOf(text: string): number {
    return this.hash.ofText(text) | 0;
  }

  /**
   * Bucket × slots + slot in `new`.
   * @param source `hashOf` the source group
   * @param choice 0 for the first choice, 1 for the second …
   */
  ofNew(addressHash: number, source: number, choice: number): number {
    const { newBuckets, newBucketsPerSource, bucketEntries } = this.limits;
    const chosen = addressHash ^ Math.imul(choice, CHOICE_STEP);
    const spread = this.hash.ofWords(NEW_SPREAD, chosen, source) % newBucketsPerSource;
    const bucket = this.hash.ofWords(NEW_BUCKET, source, spread) % newBuckets;
    const slot = this.hash.ofWords(NEW_SLOT, bucket, chosen) % bucketEntries;
    return bucket * bucketEntries + slot;
  }

  /** The same in `tried`. */
  ofTried(addressHash: number, group: string): number {
    const { triedBuckets, triedBucketsPerGroup, bucketEntries } = this.limits;
    const own = this.hash.ofText(group);
    const spread = this.hash.ofWords(TRIED_SPREAD, addressHash, own) % triedBucketsPerGroup;
    const bucket = this.hash.ofWords(TRIED_BUCKET, own, spread) % triedBuckets;
    const slot = this.hash.ofWords(TRIED_SLOT, bucket, addressHash) % bucketEntries;
    return bucket * bucketEntries + slot;
  }
}
