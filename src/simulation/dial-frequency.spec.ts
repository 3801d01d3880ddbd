import { DialFrequency } from './dial-frequency.ts';

describe('the frequency of dials', () => {
  it('is counted for each address, minute by minute', () => {
    const frequency = new DialFrequency();
    expect([1, 2, 3].map((at) => frequency.count('a', at))).toEqual([1, 2, 3]);
    expect(frequency.count('b', 4)).toBe(1);
    expect(frequency.count('a', 60_000)).toBe(1);
  });
});
