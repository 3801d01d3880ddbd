import fc from 'fast-check';
import { readVectors } from '../../test/vectors/read-vectors.ts';
import { hashNumber, targetOfBits, workOfTarget } from './compact-target.ts';

describe('compact target', () => {
  it.each(readVectors<{ bits: number; target: string; work: string }[]>('compact-targets'))(
    'agrees with the golden vector $bits',
    ({ bits, target, work }) => {
      expect(targetOfBits(bits)).toBe(BigInt(target));
      expect(workOfTarget(BigInt(target)).toString()).toBe(work);
    },
  );

  it.each([
    ['no mantissa', 0x1d00_0000],
    ['all zero', 0],
    ['a mantissa of 2^23', 0x1d80_0000],
    ['a mantissa shifted out', 0x0000_00ff],
    ['2^256', 0x2300_0001],
    ['2^256 by its mantissa', 0x2201_0000],
    ['the largest number', 0xffff_ffff],
  ])('has no target for %s', (_, bits) => {
    expect(targetOfBits(bits)).toBeUndefined();
  });

  it('is 1 … 2^256 − 1 or nothing, for any number', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), (bits) => {
        const target = targetOfBits(bits) ?? 1n;
        expect(target > 0n && target < 2n ** 256n).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it('reads a hash as a big-endian number', () => {
    const hash = new Uint8Array(32);
    hash[31] = 5;
    hash[0] = 1;
    expect(hashNumber(hash)).toBe(2n ** 248n + 5n);
  });
});
