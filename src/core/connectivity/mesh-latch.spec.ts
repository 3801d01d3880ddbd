import { millis } from '../support/brand.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { MeshLatch, type MeshObservation } from './mesh-latch.ts';

const latchOf = (changes: Partial<typeof DEFAULT_LIMITS> = {}): MeshLatch =>
  new MeshLatch({ ...DEFAULT_LIMITS, ...changes }, millis(0));
const seen = (now: number, changes: Partial<MeshObservation> = {}): MeshObservation => ({
  now: millis(now),
  connections: 0,
  candidates: 3,
  areSourcesRead: true,
  isNetworkRefused: false,
  ...changes,
});

describe('MeshLatch', () => {
  it('is set by the first connection, once, and never unset', () => {
    const latch = latchOf();
    expect(latch.observe(seen(0))).toBeUndefined();
    expect(latch.observe(seen(1, { connections: 1 }))).toBe('connected');
    expect(latch.observe(seen(2, { connections: 0 }))).toBeUndefined();
    expect(latch.reason).toBe('connected');
  });

  it('waits for as many connections as configured', () => {
    const latch = latchOf({ readyPeersMin: 3 });
    expect(latch.observe(seen(0, { connections: 2 }))).toBeUndefined();
    expect(latch.observe(seen(0, { connections: 3 }))).toBe('connected');
  });

  it('takes ten seconds without any candidate for a network of one', () => {
    const latch = latchOf();
    expect(latch.observe(seen(0, { candidates: 0 }))).toBeUndefined();
    expect(latch.observe(seen(9_999, { candidates: 0 }))).toBeUndefined();
    expect(latch.observe(seen(10_000, { candidates: 0 }))).toBe('network-of-one');
  });

  it('starts these ten seconds anew with each candidate, and only when all sources have answered', () => {
    const latch = latchOf();
    latch.observe(seen(0, { candidates: 0, areSourcesRead: false }));
    expect(latch.observe(seen(20_000, { candidates: 0 }))).toBeUndefined();
    latch.observe(seen(25_000, { candidates: 1 }));
    expect(latch.observe(seen(30_000, { candidates: 0 }))).toBeUndefined();
    expect(latch.observe(seen(40_000, { candidates: 0 }))).toBe('network-of-one');
  });

  it('gives up on silent candidates after two minutes', () => {
    const latch = latchOf();
    expect(latch.observe(seen(119_999))).toBeUndefined();
    expect(latch.observe(seen(120_000))).toBe('all-candidates-silent');
  });

  it('stays unset while candidates answer and refuse our network', () => {
    const latch = latchOf();
    latch.observe(seen(0));
    for (const now of [60_000, 120_000, 86_400_000, 604_800_000]) {
      expect(latch.observe(seen(now, { isNetworkRefused: true }))).toBeUndefined();
    }
    expect(latch.observe(seen(604_800_001))).toBe('all-candidates-silent');
  });
});
