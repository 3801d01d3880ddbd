import { connectionId, millis } from '../support/brand.ts';
import { planEviction, type EvictionCandidate } from './plan-eviction.ts';

const PROTECTED = 4;
const candidate = (i: number, changes: Partial<EvictionCandidate> = {}): EvictionCandidate => ({
  id: connectionId(i),
  group: `20.${i}`,
  groupRank: 1,
  rttMs: 100,
  usefulness: 0,
  establishedAt: millis(i),
  ...changes,
});
const range = (from: number, count: number, changes: Partial<EvictionCandidate> = {}) =>
  Array.from({ length: count }, (_, i) => candidate(from + i, changes));
const victim = (all: readonly EvictionCandidate[], newcomer = '99.9') =>
  planEviction(all, newcomer, PROTECTED);

it('is the youngest of the largest group', () => {
  const crowd = range(40, 20, { group: '66.6' });
  expect(victim([...range(1, 30), ...crowd])).toBe(59);
});

it('is nobody when each group has one connection: nothing would become more even', () => {
  expect(victim(range(1, 64))).toBeUndefined();
});

it('is nobody for a newcomer of the largest group itself', () => {
  const crowd = range(1, 64, { group: '66.6' });
  expect(victim(crowd, '66.6')).toBeUndefined();
  expect(victim(crowd)).toBe(64);
});

it('is nobody of a handful: all are protected', () => {
  expect(victim(range(1, 12, { group: '66.6' }))).toBeUndefined();
});

it.each([
  ['a short round trip', { rttMs: 1 }],
  ['usefulness', { usefulness: 9 }],
  ['a group that our key favours', { groupRank: 2 ** 32 - 1 }],
])('is never who has %s', (_, changes) => {
  const all = [...range(1, 60, { group: '66.6' }), candidate(99, { group: '66.6', ...changes })];
  expect(victim(all)).toBe(60);
});

it('leaves the older half alone', () => {
  const crowd = range(1, 64, { group: '66.6' });
  for (let round = 0; round < 20; round += 1) {
    const id = victim(crowd);
    expect(id).toBeGreaterThan(32);
    crowd.splice(
      crowd.findIndex((one) => one.id === id),
      1,
    );
  }
});
