import { millis, type Millis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import { TokenBucket } from '../support/token-bucket.ts';

/** A pause lasts until this much of the rate is back: some ten messages, then the next look. */
const PAUSE_MS = 200;

/**
 * How fast one peer may send messages. Above the rate nothing more is read from it for a moment, so
 * that its own send buffer fills; a peer that needs such pauses for `messagePauseMaxMs` in all,
 * without being quiet in between, is closed.
 */
export class MessageRate {
  private readonly bucket: TokenBucket;
  private pausedSince: Millis | undefined;
  private pausedMs = 0;

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

  /** Counts one message. @returns false when it was the last for now: a pause begins. */
  count(now: Millis): boolean {
    if (this.bucket.isFull(now)) this.pausedMs = 0;
    this.bucket.take(now);
    if (this.bucket.available(now) > 0) return true;
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
