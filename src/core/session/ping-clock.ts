import { millis, type Millis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import { TokenBucket } from '../support/token-bucket.ts';

/** Golden-ratio steps spread any number of successive phases evenly over [0, 1). */
const PHASE_STEP = 0.618_033_988_749_895;

export type PingDue =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'send'; readonly nonce: bigint }
  | { readonly kind: 'timeout' };

/** When to ping one connection, what its silence means, and how fast it may ping us. */
export class PingClock {
  /** Of the last answered ping. */
  rttMs: number | undefined;
  private readonly answers: TokenBucket;
  private nextAt: Millis;
  private nonce = 0n;
  private sentAt: Millis | undefined;
  private misses = 0;

  constructor(
    private readonly limits: NodeLimits,
    private phase: number,
    now: Millis,
  ) {
    this.answers = new TokenBucket(limits.pingsPerSecond, limits.pingBurst, now);
    this.nextAt = now;
  }

  start(now: Millis): void {
    this.nextAt = this.interval(now);
  }

  nextDeadline(): Millis {
    return this.nextAt;
  }

  due(now: Millis): PingDue {
    if (now < this.nextAt) return { kind: 'nothing' };
    if (this.sentAt !== undefined) this.misses += 1;
    if (this.misses >= this.limits.pingMissesMax) return { kind: 'timeout' };
    this.nextAt = this.interval(now);
    this.nonce = BigInt.asUintN(64, this.nonce + 1n);
    this.sentAt = now;
    return { kind: 'send', nonce: this.nonce };
  }

  /** @returns the round trip in milliseconds when this answers the outstanding ping. */
  pong(nonce: bigint, now: Millis): number | undefined {
    if (this.sentAt === undefined || nonce !== this.nonce) return undefined;
    const rttMs = now - this.sentAt;
    this.sentAt = undefined;
    this.misses = 0;
    this.rttMs = rttMs;
    return rttMs;
  }

  /** Whether one more Ping of the far side is within its rate. */
  mayAnswer(now: Millis): boolean {
    return this.answers.take(now);
  }

  private interval(now: Millis): Millis {
    this.phase = (this.phase + PHASE_STEP) % 1;
    const { pingIntervalMs, pingJitter } = this.limits;
    return millis(now + pingIntervalMs * (1 + pingJitter * (2 * this.phase - 1)));
  }
}
