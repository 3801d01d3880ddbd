import { millis, type AddressKey } from '../support/brand.ts';
import { OutageRule } from './outage-rule.ts';

const WINDOW_MS = 30_000;
const failure = (key: string, at: number) => ({
  key: key as AddressKey,
  reason: 'connection-refused' as const,
  at: millis(at),
});

describe('OutageRule', () => {
  it('counts held failures once something proves that the network works', () => {
    const rule = new OutageRule(WINDOW_MS, 10);
    rule.failed(failure('a:1', 0));
    rule.failed(failure('b:1', 10));
    expect(rule.networkWorks(millis(20)).map(({ key }) => key)).toEqual(['a:1', 'b:1']);
    expect(rule.networkWorks(millis(30))).toEqual([]);
  });

  it('counts nothing of an outage, not even what failed at its very end', () => {
    const rule = new OutageRule(WINDOW_MS, 10);
    rule.failed(failure('first:1', 0));
    rule.failed(failure('last:1', WINDOW_MS));
    expect(rule.networkWorks(millis(WINDOW_MS))).toEqual([]);
    expect(rule.isOffline(millis(WINDOW_MS))).toBe(false);
    rule.failed(failure('after:1', WINDOW_MS + 1));
    expect(rule.networkWorks(millis(WINDOW_MS + 2)).map(({ key }) => key)).toEqual(['after:1']);
  });

  it('is an outage after a window in which every dial failed, and ends with the first byte', () => {
    const rule = new OutageRule(WINDOW_MS, 10);
    expect(rule.isOffline(millis(1e9))).toBe(false);
    rule.failed(failure('a:1', 1_000));
    rule.failed(failure('a:1', 30_999));
    expect(rule.isOffline(millis(1_000 + WINDOW_MS - 1))).toBe(false);
    expect(rule.isOffline(millis(1_000 + WINDOW_MS))).toBe(true);
    rule.networkWorks(millis(40_000));
    expect(rule.isOffline(millis(40_000))).toBe(false);
  });

  it('excuses for good what a window without a sign has covered', () => {
    const rule = new OutageRule(WINDOW_MS, 10);
    rule.failed(failure('a:1', 0));
    rule.expire(millis(WINDOW_MS));
    rule.failed(failure('b:1', WINDOW_MS));
    expect(rule.heldCount).toBe(1);
  });

  it('holds no more than it may, and one failure per address', () => {
    const rule = new OutageRule(WINDOW_MS, 3);
    for (let i = 0; i < 100; i += 1) rule.failed(failure(`a${i % 50}:1`, i));
    expect(rule.networkWorks(millis(100))).toHaveLength(3);
  });
});
