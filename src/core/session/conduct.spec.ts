import { millis } from '../support/brand.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { FAULT_SCORES, NO_FAULT, scoreAt, withFault, type Fault } from './conduct.ts';

const HALF_LIFE_MS = DEFAULT_LIMITS.scoreHalfLifeMs;
const after = (faults: readonly Fault[], now = 0) =>
  faults.reduce((state, fault) => withFault(state, fault, DEFAULT_LIMITS, millis(now)), NO_FAULT);

it('a fault is half forgotten after ten minutes', () => {
  const state = after(['malformed']);
  expect(scoreAt(state, DEFAULT_LIMITS, millis(0))).toBe(-30);
  expect(scoreAt(state, DEFAULT_LIMITS, millis(HALF_LIFE_MS))).toBe(-15);
  expect(scoreAt(state, DEFAULT_LIMITS, millis(10 * HALF_LIFE_MS))).toBeGreaterThan(-0.1);
});

it('two malformed messages in a row are a ban, one is not; one list unasked for is neither', () => {
  const { scoreBan, scoreDisconnect } = DEFAULT_LIMITS;
  expect(after(['malformed']).score).toBeGreaterThan(scoreBan);
  expect(after(['malformed', 'malformed']).score).toBeLessThanOrEqual(scoreBan);
  expect(after(['unsolicited-list']).score).toBeGreaterThan(scoreDisconnect);
  expect(after(['unsolicited-list', 'unsolicited-list']).score).toBeLessThanOrEqual(
    scoreDisconnect,
  );
});

it('is never below −100 nor above 0', () => {
  const worst = after(Array.from({ length: 50 }, () => 'malformed' as const));
  expect(worst.score).toBe(-100);
  expect(Math.max(...Object.values(FAULT_SCORES))).toBeLessThan(0);
});

it('a clock that stands still or goes back forgives nothing', () => {
  const state = withFault(NO_FAULT, 'malformed', DEFAULT_LIMITS, millis(5_000));
  expect(scoreAt(state, DEFAULT_LIMITS, millis(0))).toBe(-30);
});
