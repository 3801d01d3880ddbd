import { millis, type Millis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import { TokenBucket } from '../support/token-bucket.ts';

/** A pause lasts until this much of the rate is back: some ten messages, then the next look. */
const PAUSE_MS = 200;

/**
 * How fast one peer may send messages. At the first one beyond burst and rate nothing more is read from the
 * peer for a moment, so that its own send buffer fills; a peer that needs such pauses for `messagePauseMaxMs`
 * in all, without being quiet in between, is closed. After its first pause it may owe `messageCredit`: who
 * sends exactly at the rate, and whose burst we read late, would be one message ahead for ever, and closed.
 */
export class MessageRate {
  private readonly bucket: TokenBucket;
  private pausedSince: Millis | undefined;
  private pausedMs = 0;
  private credit = 0;

  constructor(
    private readonly limits: NodeLimits,
    now: Millis,
  ) {
    this.bucket = new TokenBucket(limits.messagesPerSecond, limits.messageBurst, now);
  }

  get isPaused(): boolean {
    return this.pausedSince !== undefined;
  }

  get resumeAt(): Millis | undefined {
    return this.pausedSince === undefined ? undefined : millis(this.pausedSince + PAUSE_MS);
  }

  /** Counts one message, which is to be handled anyway. @returns false when it was beyond the rate: a pause begins. */
  count(now: Millis): boolean {
    if (this.bucket.isFull(now)) {
      this.pausedMs = 0;
      this.credit = 0;
    }
    if (this.bucket.spend(now) >= -this.credit) return true;
    this.credit = this.limits.messageCredit;
    this.pausedSince = now;
    return false;
  }

  /** Ends a pause that is over. @returns false when the peer has used up its patience. */
  resume(now: Millis): boolean {
    if (this.pausedSince !== undefined) this.pausedMs += now - this.pausedSince;
    this.pausedSince = undefined;
    return this.pausedMs < this.limits.messagePauseMaxMs;
  }
}
