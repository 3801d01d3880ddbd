import fc from 'fast-check';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { SeededRandom } from '../support/random-source.ts';
import { backoffMs } from './backoff.ts';

const random = new SeededRandom(1);
const highest = { nextU32: () => 0xffff_ffff };
const lowest = { nextU32: () => 0 };

it('the ceiling doubles with each failure up to its cap, a lower one for the trusted', () => {
  const ceilings = (isTrusted: boolean): number[] =>
    [1, 2, 3, 8, 9, 10, 11, 1_000_000].map((failures) =>
      Math.round(backoffMs(failures, isTrusted, DEFAULT_LIMITS, highest) / 1_000),
    );
  expect(ceilings(true)).toEqual([1, 2, 4, 128, 256, 300, 300, 300]);
  expect(ceilings(false)).toEqual([1, 2, 4, 128, 256, 512, 1_024, 1_800]);
});

it('is never shorter than a quarter of the base: nobody is dialled in a tight loop', () => {
  expect(backoffMs(1, true, DEFAULT_LIMITS, lowest)).toBe(250);
  fc.assert(
    fc.property(fc.nat(), fc.boolean(), (failures, isTrusted) => {
      const pauseMs = backoffMs(failures, isTrusted, DEFAULT_LIMITS, random);
      expect(pauseMs).toBeGreaterThanOrEqual(250);
      expect(pauseMs).toBeLessThanOrEqual(DEFAULT_LIMITS.backoffMaxMs);
    }),
  );
});
