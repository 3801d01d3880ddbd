import fc from 'fast-check';
import { IndexedMap } from './indexed-map.ts';
import { SeededRandom } from './random-source.ts';

const filled = (count: number): IndexedMap<number, number> => {
  const map = new IndexedMap<number, number>();
  for (let i = 0; i < count; i += 1) map.set(i, 10 * i);
  return map;
};

const ascending = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);

describe('IndexedMap', () => {
  it('is a map for any sequence of operations', () => {
    const operation = fc.record({ isSet: fc.boolean(), key: fc.nat(10), value: fc.nat(1_000) });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 100 }), (operations) => {
        const map = new IndexedMap<number, number>();
        const model = new Map<number, number>();
        for (const { isSet, key, value } of operations) {
          let deleted = [false, false];
          if (isSet) {
            map.set(key, value);
            model.set(key, value);
          } else {
            deleted = [map.delete(key), model.delete(key)];
          }
          expect(deleted[0]).toBe(deleted[1]);
          expect(map.size).toBe(model.size);
          expect(map.has(key)).toBe(model.has(key));
          for (let i = 0; i <= 10; i += 1) expect(map.get(i)).toBe(model.get(i));
          expect(ascending(map.values())).toEqual(ascending(model.values()));
        }
      }),
    );
  });

  it.each([
    [0, 10, 0],
    [5, 10, 5],
    [64, 3, 3],
    [1_000, 10, 10],
  ])('of %d values draws %d as %d different ones', (size, count, expected) => {
    const map = filled(size);
    const drawn = map.sample(count, new SeededRandom(1));
    expect(new Set(drawn).size).toBe(drawn.length);
    expect(drawn).toHaveLength(expected);
    for (const value of drawn) expect(map.get(value / 10)).toBe(value);
  });

  it.each([20, 200])('draws each of %d values about equally often', (size) => {
    const map = filled(size);
    const random = new SeededRandom(7);
    const counts = new Map<number, number>();
    const rounds = 400 * size;
    for (let i = 0; i < rounds; i += 1) {
      const [value] = map.sample(1, random) as [number];
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect(counts.size).toBe(size);
    for (const count of counts.values()) {
      expect(count).toBeGreaterThan(300);
      expect(count).toBeLessThan(500);
    }
  });

  it('leaves the map as it was', () => {
    const map = filled(30);
    const before = [...map.values()];
    map.sample(30, new SeededRandom(3));
    expect(map.values()).toEqual(before);
  });
});
