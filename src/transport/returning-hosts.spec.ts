import { ReturningHosts } from './returning-hosts.ts';

describe('ReturningHosts', () => {
  it.each([
    [1, [true]],
    [2, [true, true]],
    [3, [false, true, true]],
  ])('of %i hosts knows the last two', (count, known) => {
    const hosts = new ReturningHosts(2);
    const names = ['a', 'b', 'c'].slice(0, count);
    for (const name of names) hosts.add(name);
    expect(names.map((name) => hosts.has(name))).toEqual(known);
    expect(hosts.size).toBe(Math.min(2, count));
  });

  it('keeps who comes back', () => {
    const hosts = new ReturningHosts(2);
    for (const name of ['a', 'b', 'a', 'c']) hosts.add(name);
    expect(['a', 'b', 'c'].map((name) => hosts.has(name))).toEqual([true, false, true]);
  });

  it('knows nobody without an address', () => {
    const hosts = new ReturningHosts();
    hosts.add(undefined);
    expect(hosts.has(undefined)).toBe(false);
  });
});
