import fc from 'fast-check';
import { millis } from '../support/brand.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { PingClock } from './ping-clock.ts';

const started = (phase = 0.5): PingClock => {
  const clock = new PingClock(DEFAULT_LIMITS, phase, millis(0));
  clock.start(millis(0));
  return clock;
};

describe('PingClock', () => {
  it('pings every 20 s ± 20 %, for any phase', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (phase) => {
        const clock = started(phase);
        let last = 0;
        for (let i = 0; i < 20; i += 1) {
          const at = clock.nextDeadline();
          expect(at - last).toBeGreaterThanOrEqual(16_000);
          expect(at - last).toBeLessThanOrEqual(24_000);
          const due = clock.due(at);
          if (due.kind !== 'send') throw new Error(due.kind);
          clock.pong(due.nonce, millis(at + 1));
          last = at;
        }
      }),
    );
  });

  it('spreads the pings of many connections', () => {
    const slots = new Set<number>();
    for (let i = 0; i < 100; i += 1) slots.add(Math.floor(started(i / 100).nextDeadline() / 800));
    expect(slots.size).toBeGreaterThanOrEqual(10);
  });

  it('does nothing before its time', () => {
    const clock = started();
    expect(clock.due(millis(clock.nextDeadline() - 1))).toEqual({ kind: 'nothing' });
  });

  it('gives up after two misses, and a Pong in between forgives the first', () => {
    const clock = started();
    const next = () => clock.due(clock.nextDeadline());
    const first = next();
    const second = next();
    if (first.kind !== 'send' || second.kind !== 'send') throw new Error('no ping');
    clock.pong(second.nonce, clock.nextDeadline());
    expect(next().kind).toBe('send');
    expect(next().kind).toBe('send');
    expect(next().kind).toBe('timeout');
  });

  it('measures only the outstanding ping: a wrong, late or repeated nonce counts for nothing', () => {
    const clock = started();
    expect(clock.pong(0n, millis(1))).toBeUndefined();
    const due = clock.due(clock.nextDeadline());
    if (due.kind !== 'send') throw new Error(due.kind);
    const sentAt = clock.nextDeadline();
    expect(clock.pong(due.nonce + 1n, sentAt)).toBeUndefined();
    expect(clock.rttMs).toBeUndefined();
    expect(clock.pong(due.nonce, sentAt)).toBeGreaterThan(0);
    expect(clock.pong(due.nonce, sentAt)).toBeUndefined();
    expect(clock.rttMs).toBeGreaterThan(0);
  });

  it('answers a burst of ten and two a second after', () => {
    const clock = started();
    const answered = (now: number) =>
      Array.from({ length: 100 }, () => clock.mayAnswer(millis(now))).filter(Boolean).length;
    expect(answered(0)).toBe(10);
    expect(answered(1_000)).toBe(2);
  });
});
