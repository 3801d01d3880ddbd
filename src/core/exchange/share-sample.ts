import type { AddressScope } from '../support/address-scope.ts';
import type { Millis } from '../support/brand.ts';
import { KeyedHash, randomHashKey } from '../support/keyed-hash.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { RandomSource } from '../support/random-source.ts';

/** What a sample is drawn from. */
export interface Shareable {
  /** Class of the connection that it is for. */
  readonly of: AddressScope;
  /** Unchanged as long as `shareable` would give the same. */
  readonly version: number;
  readonly shareable: () => readonly PeerAddress[];
}

interface Drawn {
  readonly version: number;
  readonly addresses: readonly PeerAddress[];
}

/**
 * Goal: peers spread, and nobody learns from our answers whom we are connected to, or all that we
 * know. Adversary: asks again and again, under many names. Mechanism: each address has a rank by a
 * secret key that changes each `sampleEpochMs`; the lowest ranks are the sample, the same for
 * everyone (CoinScope, Miller et al. 2015, shows what unlimited answers give away). Bound: the
 * last sample per class of connection. Cost: one hash per address and O(n log n), once per change of
 * the book.
 */
export class ShareSample {
  private hash: KeyedHash;
  private epoch = 0;
  private readonly drawn = new Map<AddressScope, Drawn>();

  constructor(
    private readonly limits: NodeLimits,
    private readonly random: RandomSource,
  ) {
    this.hash = new KeyedHash(randomHashKey(random));
  }

  /** At most max(`sampleMin`, `sampleShare` of all), in the order of their ranks. */
  of({ of, version, shareable }: Shareable, now: Millis): readonly PeerAddress[] {
    const epoch = Math.floor(now / this.limits.sampleEpochMs);
    if (epoch !== this.epoch) {
      this.epoch = epoch;
      this.hash = new KeyedHash(randomHashKey(this.random));
      this.drawn.clear();
    }
    const last = this.drawn.get(of);
    if (last?.version === version) return last.addresses;
    const addresses = this.draw(shareable());
    this.drawn.set(of, { version, addresses });
    return addresses;
  }

  private draw(addresses: readonly PeerAddress[]): readonly PeerAddress[] {
    const { sampleMin, sampleShare } = this.limits;
    const size = Math.max(sampleMin, Math.ceil(sampleShare * addresses.length));
    return addresses
      .map((address) => ({ address, rank: this.hash.ofText(address.key) }))
      .sort((a, b) => a.rank - b.rank)
      .slice(0, size)
      .map(({ address }) => address);
  }
}
