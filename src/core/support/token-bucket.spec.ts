import fc from 'fast-check';
import { millis } from './brand.ts';
import { TokenBucket } from './token-bucket.ts';

const takeAll = (bucket: TokenBucket, now: number): number => {
  let taken = 0;
  while (bucket.take(millis(now))) taken += 1;
  return taken;
};

describe('TokenBucket', () => {
  it('starts full, allows the burst at once and the rate after', () => {
    const bucket = new TokenBucket(2, 10, millis(0));
    expect(bucket.isFull(millis(0))).toBe(true);
    expect(takeAll(bucket, 0)).toBe(10);
    expect(takeAll(bucket, 499)).toBe(0);
    expect(takeAll(bucket, 500)).toBe(1);
    expect(takeAll(bucket, 2_500)).toBe(4);
  });

  it('never holds more than the burst, however long it rests', () => {
    const bucket = new TokenBucket(50, 200, millis(0));
    expect(bucket.available(millis(1e12))).toBe(200);
  });

  it('says how long to wait, and the wait is enough', () => {
    const bucket = new TokenBucket(0.1, 2, millis(0));
    expect(bucket.waitMs(1, millis(0))).toBe(0);
    takeAll(bucket, 0);
    expect(bucket.waitMs(1, millis(0))).toBe(10_000);
    expect(bucket.take(millis(10_000))).toBe(true);
  });

  it('takes a clock that steps back for one that stands still', () => {
    const bucket = new TokenBucket(1_000, 1, millis(1_000));
    takeAll(bucket, 1_000);
    expect(takeAll(bucket, 0)).toBe(0);
  });

  it('never gives more than burst + rate × time', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_000), { maxLength: 50 }), (steps) => {
        const bucket = new TokenBucket(5, 7, millis(0));
        let now = 0;
        let taken = 0;
        for (const step of steps) {
          now += step;
          taken += takeAll(bucket, now);
        }
        expect(taken).toBeLessThanOrEqual(7 + (5 * now) / 1_000 + 1e-6);
      }),
    );
  });
});
