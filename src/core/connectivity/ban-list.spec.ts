import fc from 'fast-check';
import { unixMillis, type NodeId } from '../support/brand.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { BanList } from './ban-list.ts';
import { idOf, type BanSubject } from './ban-subject.ts';

const HALF_HOUR_MS = DEFAULT_LIMITS.banMs;
const at = (ms: number) => unixMillis(1_700_000_000_000 + ms);
const NODE: BanSubject = { kind: 'node-id', nodeId: 'ab'.repeat(20) as NodeId };
const host = (i: number): BanSubject => ({ kind: 'host', host: `20.0.${i >> 8}.${i & 255}` });
const listOf = (bansMax = 100): BanList => new BanList({ ...DEFAULT_LIMITS, bansMax });

describe('a ban', () => {
  it('holds until it ends', () => {
    const bans = listOf();
    bans.banForScore(NODE, 'malformed', at(0));
    expect(bans.of(idOf(NODE), at(HALF_HOUR_MS - 1))?.reason).toBe('malformed');
    expect(bans.of(idOf(NODE), at(HALF_HOUR_MS))).toBeUndefined();
    expect(bans.active(at(HALF_HOUR_MS))).toEqual([]);
  });

  it('lasts twice as long each time, a day at most', () => {
    const bans = listOf();
    const lengths = Array.from({ length: 8 }, () => {
      const ban = bans.banForScore(NODE, 'malformed', at(0));
      return (ban.until - ban.since) / HALF_HOUR_MS;
    });
    expect(lengths).toEqual([1, 2, 4, 8, 16, 32, 48, 48]);
  });

  it('is forgotten a day after its end, and the next is short again', () => {
    const bans = listOf();
    bans.banForScore(NODE, 'malformed', at(0));
    bans.sweep(at(HALF_HOUR_MS + DEFAULT_LIMITS.banMaxMs));
    expect(bans.size).toBe(1);
    bans.sweep(at(HALF_HOUR_MS + DEFAULT_LIMITS.banMaxMs + 1));
    expect(bans.size).toBe(0);
  });

  it('can be lifted, once', () => {
    const bans = listOf();
    bans.banByOperator(NODE, 'spam', at(0), 1_000);
    expect([bans.lift(idOf(NODE)), bans.lift(idOf(NODE))]).toEqual([true, false]);
    expect(bans.of(idOf(NODE), at(1))).toBeUndefined();
  });
});

it('a full list gives up the ban that ends first', () => {
  const bans = listOf(3);
  [3, 1, 2, 4].forEach((hours, i) => bans.banByOperator(host(i), 'x', at(0), hours * 3_600_000));
  expect(bans.size).toBe(3);
  expect(bans.of(idOf(host(1)), at(1))).toBeUndefined();
  expect(bans.of(idOf(host(3)), at(1))).toBeDefined();
});

it.each([
  [DEFAULT_LIMITS.bansMax - 1, 0],
  [DEFAULT_LIMITS.bansMax, 0],
  [DEFAULT_LIMITS.bansMax + 1, 1],
])('of %d bans %d are given up', (count, givenUp) => {
  const bans = listOf(DEFAULT_LIMITS.bansMax);
  for (let i = 0; i < count; i += 1) bans.banByOperator(host(i), 'x', at(i), HALF_HOUR_MS);
  expect(bans.size).toBe(count - givenUp);
  expect(bans.of(idOf(host(0)), at(count)) === undefined).toBe(givenUp > 0);
  expect(bans.of(idOf(host(1)), at(count))).toBeDefined();
});

describe('the document', () => {
  it('brings every ban back', () => {
    const bans = listOf();
    bans.banForScore(NODE, 'malformed', at(0));
    bans.banByOperator(host(7), 'spam', at(5), 60_000);
    const again = listOf();
    again.restore(bans.encode());
    expect(again.active(at(6))).toEqual(bans.active(at(6)));
  });

  it('that is damaged, foreign or hostile brings what can be used and never throws', () => {
    const good = JSON.parse(bansText()) as unknown[];
    const bans = listOf();
    bans.restore(
      JSON.stringify([
        null,
        7,
        { id: 'x' },
        [[]],
        ...good,
        { ...(good[0] as object), id: '../..' },
      ]),
    );
    expect(bans.active(at(1))).toHaveLength(1);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const other = listOf();
        other.restore(text);
        expect(other.size).toBeLessThanOrEqual(100);
      }),
    );
  });

  it.each([
    ['brackets', '['.repeat(4_000_000)],
    ['empty objects', `[${'{},'.repeat(1_300_000)}{}]`],
    ['numbers', `[${'1,'.repeat(2_000_000)}1]`],
    ['text that is too long', `["${'x'.repeat(DEFAULT_LIMITS.bansBytesMax)}"]`],
  ])('is not parsed when it is a bomb of %s', (_, text) => {
    const parse = jest.spyOn(JSON, 'parse');
    listOf(DEFAULT_LIMITS.bansMax).restore(text);
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });

  it('that is full, of the longest hosts and reasons, is read; bans that end first give way to new ones', () => {
    const bans = listOf(DEFAULT_LIMITS.bansMax);
    const longHost = (i: number) => ({ kind: 'host', host: `${'h'.repeat(240)}${i}` }) as const;
    for (let i = 0; i < 5_000; i += 1) bans.banByOperator(longHost(i), 'é'.repeat(300), at(i), 1e6);
    const { size } = bans;
    expect(size).toBeLessThan(3_000);
    const text = bans.encode();
    expect(text.length).toBeLessThanOrEqual(DEFAULT_LIMITS.bansBytesMax);
    expect(text.length).toBeGreaterThan(DEFAULT_LIMITS.bansBytesMax - 2_000);
    expect(/^[ -~]*$/.test(text)).toBe(true);
    const again = listOf(DEFAULT_LIMITS.bansMax);
    again.restore(text);
    expect(again.active(at(5_000))).toEqual(bans.active(at(5_000)));
    for (let i = 0; i < size; i += 1) again.lift(idOf(longHost(4_999 - i)));
    expect(again.encode()).toBe('[]');
    for (let i = 0; i < 3_000; i += 1)
      again.banByOperator(longHost(i), 'é'.repeat(300), at(i), 1e6);
    expect(again.size).toBe(size);
  });

  function bansText(): string {
    const bans = listOf();
    bans.banForScore(NODE, 'malformed', at(0));
    return bans.encode();
  }
});
