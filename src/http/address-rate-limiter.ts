import { parseIpv6 } from '../core/support/ip-address.ts';

export interface AddressRateLimits {
  readonly perSecond: number;
  readonly burst: number;
  /** Addresses remembered; one more forgets the one that asked longest ago. */
  readonly addressesMax: number;
}

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/**
 * Goal: one client cannot make the node answer without end. Adversary: a fast client, or one with a
 * /64 of addresses. Mechanism: a token bucket per IPv4 address or IPv6 /64. Bound: `addressesMax`
 * buckets. Cost: one map lookup.
 */
export class AddressRateLimiter {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly limits: AddressRateLimits,
    /** Of a clock that never goes back. */
    private readonly now: () => number,
  ) {}

  get size(): number {
    return this.buckets.size;
  }

  /** @returns whether the request may go on. */
  take(remoteAddress: string): boolean {
    const nowMs = this.now();
    const key = networkOf(remoteAddress);
    const { perSecond, burst, addressesMax } = this.limits;
    const bucket = this.buckets.get(key) ?? { tokens: burst, filledAtMs: nowMs };
    // Taken out and put back: the order of the map is the order of use.
    this.buckets.delete(key);
    const refill = (Math.max(0, nowMs - bucket.filledAtMs) / 1_000) * perSecond;
    bucket.tokens = Math.min(burst, bucket.tokens + refill);
    bucket.filledAtMs = nowMs;
    const allowed = bucket.tokens >= 1;
    if (allowed) bucket.tokens -= 1;
    this.buckets.set(key, bucket);
    if (this.buckets.size > addressesMax) this.forgetOldest();
    return allowed;
  }

  private forgetOldest(): void {
    for (const oldest of this.buckets.keys()) {
      this.buckets.delete(oldest);
      return;
    }
  }
}

function networkOf(remoteAddress: string): string {
  const ip = remoteAddress.includes(':') ? parseIpv6(remoteAddress) : undefined;
  if (ip === undefined) return remoteAddress;
  return ip.length === 4 ? ip.join('.') : ip.subarray(0, 8).join('.');
}
