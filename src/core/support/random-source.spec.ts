import { below, jittered, nextU64, SeededRandom, shuffle, uniform } from './random-source.ts';

const draw = (random: SeededRandom, count: number): number[] =>
  Array.from({ length: count }, () => random.nextU32());

describe('SeededRandom', () => {
  it('gives the same numbers for the same seed and stream, and others otherwise', () => {
    const first = draw(new SeededRandom(1), 20);
    expect(draw(new SeededRandom(1), 20)).toEqual(first);
    expect(draw(new SeededRandom(2), 20)).not.toEqual(first);
    expect(draw(new SeededRandom(1, 1), 20)).not.toEqual(first);
  });

  it('gives 32-bit integers whose bits are each set half of the time', () => {
    const numbers = draw(new SeededRandom(5), 10_000);
    for (const number of numbers) expect(number).toBe(number >>> 0);
    for (let bit = 0; bit < 32; bit += 1) {
      const set = numbers.filter((number) => ((number >>> bit) & 1) === 1).length;
      expect(Math.abs(set - 5_000)).toBeLessThan(250);
    }
  });
});

describe('numbers made of a source', () => {
  const fixed = (value: number) => ({ nextU32: () => value });

  it('stay inside their bounds at both ends of the source', () => {
    expect(uniform(fixed(0))).toBe(0);
    expect(uniform(fixed(0xffff_ffff))).toBeLessThan(1);
    expect(below(fixed(0), 7)).toBe(0);
    expect(below(fixed(0xffff_ffff), 7)).toBe(6);
    expect(jittered(fixed(0), 100, 0.2)).toBe(80);
    expect(jittered(fixed(0xffff_ffff), 100, 0.2)).toBeCloseTo(120);
    expect(nextU64(fixed(0xffff_ffff))).toBe(2n ** 64n - 1n);
  });

  it('put a list into every order equally often', () => {
    const random = new SeededRandom(11);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6_000; i += 1) {
      const order = shuffle(random, ['a', 'b', 'c']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});
