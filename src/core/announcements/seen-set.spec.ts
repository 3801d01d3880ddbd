import fc from 'fast-check';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { SeenSet } from './seen-set.ts';

const hashOf = (n: number): Uint8Array => {
  const hash = new Uint8Array(32);
  new DataView(hash.buffer).setUint32(0, n);
  return hash;
};

describe('SeenSet', () => {
  it('tells a new hash from a known one', () => {
    const seen = new SeenSet(4);
    expect(seen.add(hashOf(1))).toBe(true);
    expect(seen.add(hashOf(1))).toBe(false);
    expect(seen.has(hashOf(1))).toBe(true);
    expect(seen.has(hashOf(2))).toBe(false);
  });

  it('never holds more than its capacity, and always the last half of it', () => {
    const anyCapacity = fc.integer({ min: 2, max: 40 });
    fc.assert(
      fc.property(anyCapacity, fc.array(fc.nat(60)), (capacity, numbers) => {
        const seen = new SeenSet(capacity);
        for (const n of numbers) {
          seen.add(hashOf(n));
          expect(seen.size).toBeLessThanOrEqual(capacity);
        }
        const latest = [...new Set(numbers.toReversed())].slice(0, Math.floor(capacity / 2));
        expect(latest.filter((n) => !seen.has(hashOf(n)))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps a hash that is asked for again, however many others come', () => {
    const seen = new SeenSet(8);
    for (let n = 0; n < 100; n += 1) {
      expect(seen.add(hashOf(1_000))).toBe(n === 0);
      seen.add(hashOf(n));
    }
  });

  it('refuses a capacity that two generations cannot share', () => {
    expect(() => new SeenSet(1)).toThrow(RangeError);
  });

  it.each([
    [DEFAULT_LIMITS.seenAnnouncementsMax - 1, 0],
    [DEFAULT_LIMITS.seenAnnouncementsMax, 0],
    // Half of them at once: the older generation.
    [DEFAULT_LIMITS.seenAnnouncementsMax + 1, DEFAULT_LIMITS.seenAnnouncementsMax / 2],
  ])('of %d hashes %d are forgotten', (count, forgotten) => {
    const seen = new SeenSet(DEFAULT_LIMITS.seenAnnouncementsMax);
    for (let n = 0; n < count; n += 1) seen.add(hashOf(n));
    expect(seen.size).toBe(count - forgotten);
    expect([seen.has(hashOf(0)), seen.has(hashOf(forgotten))]).toEqual([forgotten === 0, true]);
  });
});
