import { DIAL_FAILURES } from '../core/session/reasons.ts';
import { DIAL_OUTCOMES, labelCombinations, MESSAGE_LABELS } from './labels.ts';

it('names every combination once', () => {
  expect(labelCombinations({ a: ['1', '2'], b: ['x', 'y'] })).toEqual([
    { a: '1', b: 'x' },
    { a: '1', b: 'y' },
    { a: '2', b: 'x' },
    { a: '2', b: 'y' },
  ]);
  expect(labelCombinations({})).toEqual([{}]);
});

it('has each outcome and each message type once', () => {
  expect(new Set(DIAL_OUTCOMES).size).toBe(DIAL_OUTCOMES.length);
  for (const failure of DIAL_FAILURES) expect(DIAL_OUTCOMES).toContain(failure);
  expect(new Set(MESSAGE_LABELS).size).toBe(MESSAGE_LABELS.length);
});
