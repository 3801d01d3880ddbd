import { DEFAULT_HONEST_PLAN, HonestPopulation } from './honest-population.ts';

const HOUR_MS = 3_600_000;

describe('the honest population', () => {
  it('lives in some 600 groups, the largest a small part of all', () => {
    const population = new HonestPopulation(1, DEFAULT_HONEST_PLAN);
    const sizes = new Map<string, number>();
    for (const { key } of population.addresses) {
      const group = key.split('.', 2).join('.');
      sizes.set(group, (sizes.get(group) ?? 0) + 1);
    }
    expect(new Set(population.addresses.map(({ key }) => key)).size).toBe(1_000);
    expect(sizes.size).toBe(population.groups);
    expect(population.groups).toBeGreaterThan(550);
    expect(population.groups).toBeLessThan(650);
    expect(Math.max(...sizes.values())).toBeLessThan(50);
  });

  it('is up for the most part at any time, and nobody who is not a server for ever', () => {
    const population = new HonestPopulation(2, DEFAULT_HONEST_PLAN);
    const upAt = (hour: number): number[] =>
      population.addresses.flatMap((_, index) =>
        population.isUp(index, hour * HOUR_MS) ? [index] : [],
      );
    const later = new Set(upAt(48));
    expect(upAt(0).length).toBeGreaterThan(880);
    expect(later.size).toBeGreaterThan(880);
    expect(later.size).toBeLessThan(970);
    const homes = upAt(0).filter((index) => index % 2 === 1);
    expect(homes.filter((index) => population.downAt(index, 0) > 168 * HOUR_MS)).toEqual([]);
  });

  it('gives the same answers in whatever order it is asked', () => {
    const forward = new HonestPopulation(3, DEFAULT_HONEST_PLAN);
    const backward = new HonestPopulation(3, DEFAULT_HONEST_PLAN);
    const hours = Array.from({ length: 60 }, (_, hour) => hour);
    const ask = (population: HonestPopulation, hour: number): boolean[] =>
      [1, 3, 5].map((index) => population.isUp(index, hour * HOUR_MS));
    const first = hours.map((hour) => ask(forward, hour));
    const second = hours.toReversed().map((hour) => ask(backward, hour));
    expect(second.toReversed()).toEqual(first);
  });

  it('names the time at which a peer goes down', () => {
    const population = new HonestPopulation(4, DEFAULT_HONEST_PLAN);
    const index = population.addresses.findIndex((_, i) => i % 2 === 1 && population.isUp(i, 0));
    const downAt = population.downAt(index, 0);
    expect(population.isUp(index, downAt - 1)).toBe(true);
    expect(population.isUp(index, downAt + 1)).toBe(false);
  });
});
