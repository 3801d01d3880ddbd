import { SessionCache, type KnownSession } from './session-cache.ts';

/** The cache looks at none of it. */
const session = (text: string): KnownSession => ({
  ticket: Buffer.from(text),
  certificate: {} as KnownSession['certificate'],
});

describe('SessionCache', () => {
  it('gives each ticket away once', () => {
    const cache = new SessionCache(2);
    cache.put('a', session('1'));
    expect(cache.take('a')).toEqual(session('1'));
    expect(cache.take('a')).toBeUndefined();
  });

  it.each([
    [1, ['a']],
    [2, ['a', 'b']],
    [3, ['b', 'c']],
  ])('of %i endpoints keeps the last two', (count, kept) => {
    const cache = new SessionCache(2);
    const names = ['a', 'b', 'c'].slice(0, count);
    for (const name of names) cache.put(name, session(name));
    expect(cache.size).toBe(kept.length);
    expect(names.filter((name) => cache.take(name) !== undefined)).toEqual(kept);
  });

  it.each([
    [1, ['1']],
    [2, ['2', '1']],
    [3, ['3', '2']],
  ])('of %i tickets of an endpoint keeps the newest two', (count, kept) => {
    const cache = new SessionCache(2);
    for (let n = 1; n <= count; n += 1) cache.put('a', session(`${n}`));
    const taken = [cache.take('a'), cache.take('a'), cache.take('a')];
    expect(taken.flatMap((each) => each?.ticket.toString() ?? [])).toEqual(kept);
    expect(cache.size).toBe(0);
  });

  it('takes an endpoint with a new ticket for a young one', () => {
    const cache = new SessionCache(2);
    for (const name of ['a', 'b', 'a', 'c']) cache.put(name, session(name));
    expect(cache.take('b')).toBeUndefined();
    expect(cache.take('a')).toBeDefined();
  });
});
