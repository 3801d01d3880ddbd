import type { Millis } from '../support/brand.ts';
import { KeyedHash, randomHashKey } from '../support/keyed-hash.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { RandomSource } from '../support/random-source.ts';

/**
 * Goal: peers spread, and nobody learns from our answers whom we are connected to, or all that we
 * know. Adversary: asks again and again, under many names. Mechanism: each address has a rank by a
 * secret key that changes each `sampleEpochMs`; the lowest ranks are the sample, the same for
 * everyone (CoinScope, Miller et al. 2015, shows what unlimited answers give away). Bound: no state
 * but the key. Cost: one hash per address per answer, O(n log n) above the sample's size.
 */
export class ShareSample {
  private hash: KeyedHash;
  private epoch = 0;

  constructor(
    private readonly limits: NodeLimits,
    private readonly random: RandomSource,
  ) {
    this.hash = new KeyedHash(randomHashKey(random));
  }

  /** At most max(`sampleMin`, `sampleShare` of all), in the order of their ranks. */
  of(addresses: readonly PeerAddress[], now: Millis): readonly PeerAddress[] {
    const epoch = Math.floor(now / this.limits.sampleEpochMs);
    if (epoch !== this.epoch) {
      this.epoch = epoch;
      this.hash = new KeyedHash(randomHashKey(this.random));
    }
    const { sampleMin, sampleShare } = this.limits;
    const size = Math.max(sampleMin, Math.ceil(sampleShare * addresses.length));
    return addresses
      .map((address) => ({ address, rank: this.hash.ofText(address.key) }))
      .sort((a, b) => a.rank - b.rank)
      .slice(0, size)
      .map(({ address }) => address);
  }
}
