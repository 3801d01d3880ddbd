import { chanceAtMost } from './binomial-bound.ts';

describe('the 95 % bound of a chance', () => {
  it('is the rule of three when nothing failed', () => {
    expect(chanceAtMost(0, 1_000)).toBeCloseTo(1 - 0.05 ** (1 / 1_000), 9);
    expect(chanceAtMost(0, 1_000)).toBeCloseTo(3 / 1_000, 4);
  });

  it.each([
    // One-sided Clopper-Pearson: the 0.95 quantile of Beta(k + 1, n - k).
    [1, 10, 0.394_16],
    [5, 100, 0.102_25],
    [50, 100, 0.586_45],
  ])('of %i failures in %i trials is that of the tables', (failures, trials, bound) => {
    expect(chanceAtMost(failures, trials)).toBeCloseTo(bound, 3);
  });

  it('is one when everything failed', () => {
    expect(chanceAtMost(7, 7)).toBe(1);
    expect(chanceAtMost(0, 0)).toBe(1);
  });
});
