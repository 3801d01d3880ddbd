import type { FailureReason } from '../address-book/address-entry.ts';
import type { AddressKey, Millis } from '../support/brand.ts';

export interface HeldFailure {
  readonly key: AddressKey;
  readonly reason: FailureReason;
  readonly at: Millis;
}

/**
 * Goal: an outage of our own network is never the peers' fault. Adversary: a cut line, a lost
 * resolver, a sleeping laptop. Mechanism: a failed dial is held until something proves that the
 * network works (a byte, a handshake); when nothing does for a window, the failures are dropped and
 * the node counts as offline. Bound: one held failure per address, `heldMax` in all. Cost: O(1),
 * O(held) when they are settled.
 */
export class OutageRule {
  private readonly held = new Map<AddressKey, HeldFailure>();
  /** Of the failures since the network last worked. */
  private firstFailureSince: Millis | undefined;

  constructor(
    private readonly windowMs: number,
    private readonly heldMax: number,
  ) {}

  get heldCount(): number {
    return this.held.size;
  }

  failed(failure: HeldFailure): void {
    this.firstFailureSince ??= failure.at;
    if (this.held.size < this.heldMax) this.held.set(failure.key, failure);
  }

  /** @returns the failures that count now: those of the last window, none when that was an outage. */
  networkWorks(now: Millis): readonly HeldFailure[] {
    const wasOffline = this.isOffline(now);
    this.firstFailureSince = undefined;
    if (wasOffline) this.held.clear();
    if (this.held.size === 0) return [];
    const counted = [...this.held.values()].filter((failure) => failure.at >= now - this.windowMs);
    this.held.clear();
    return counted;
  }

  /** Whether every dial of the last window failed and nothing came in. */
  isOffline(now: Millis): boolean {
    if (this.firstFailureSince === undefined) return false;
    return now - this.firstFailureSince >= this.windowMs;
  }

  /** Drops what a whole window without a sign has excused. */
  expire(now: Millis): void {
    for (const [key, failure] of this.held) {
      if (failure.at + this.windowMs <= now) this.held.delete(key);
    }
  }
}
