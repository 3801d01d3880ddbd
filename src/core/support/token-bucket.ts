import type { Millis } from './brand.ts';

/** Allows `perSecond` on average and `burst` at once; starts full. */
export class TokenBucket {
  private tokens: number;
  private filledAt: Millis;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    now: Millis,
  ) {
    this.tokens = burst;
    this.filledAt = now;
  }

  /** Takes one token if there is one. */
  take(now: Millis): boolean {
    this.refill(now);
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** Takes one token, on credit when there is none. @returns what is left, below 0 what is owed */
  spend(now: Millis): number {
    this.refill(now);
    this.tokens -= 1;
    return this.tokens;
  }

  /** Whole tokens there are at `now`. */
  available(now: Millis): number {
    this.refill(now);
    return Math.floor(this.tokens);
  }

  isFull(now: Millis): boolean {
    this.refill(now);
    return this.tokens >= this.burst;
  }

  /** Milliseconds until `count` tokens are there; 0 when they are. */
  waitMs(count: number, now: Millis): number {
    this.refill(now);
    return this.tokens >= count ? 0 : Math.ceil(((count - this.tokens) / this.perSecond) * 1_000);
  }

  private refill(now: Millis): void {
    const elapsed = Math.max(0, now - this.filledAt);
    this.tokens = Math.min(this.burst, this.tokens + (elapsed * this.perSecond) / 1_000);
    this.filledAt = now;
  }
}
