import fc from 'fast-check';
import { TraceHash } from './trace-hash.ts';

function hashOf(...values: unknown[]): string {
  const hash = new TraceHash();
  for (const value of values) hash.add(value);
  return hash.hex();
}

describe('TraceHash', () => {
  it('is equal for equal values and different for others', () => {
    const value = fc.anything({ maxDepth: 2, withBigInt: true });
    fc.assert(
      fc.property(value, (one) => {
        expect(hashOf(one)).toBe(hashOf(one));
        expect(hashOf(one, 'more')).not.toBe(hashOf(one));
      }),
    );
  });

  it.each([
    ['the order', [1, 2], [2, 1]],
    ['a fraction of a number', [0.1], [0.2]],
    ['one byte', [Uint8Array.of(1, 2)], [Uint8Array.of(1, 3)]],
    ['where one text ends and the next begins', ['ab', 'c'], ['a', 'bc']],
    ['the name of a field', [{ a: 1 }], [{ b: 1 }]],
    ['a list and its length', [[1], 2], [[1, 2]]],
  ])('depends on %s', (_what, one, other) => {
    expect(hashOf(...one)).not.toBe(hashOf(...other));
  });

  it('is 16 hex digits', () => {
    expect(hashOf('x')).toMatch(/^[0-9a-f]{16}$/);
  });
});
