import { connectionId, millis } from '../support/brand.ts';
import { HeldQuestions } from './held-questions.ts';

const request = (max: number) => ({
  max,
  knownFilter: new Uint8Array(0),
  filterHashes: 0,
  filterSalt: 0,
});
const [first, second] = [connectionId(7), connectionId(3)];

function held(): HeldQuestions {
  const questions = new HeldQuestions();
  questions.hold(first, { request: request(1), until: millis(500) });
  questions.hold(second, { request: request(2), until: millis(600) });
  return questions;
}

it('falls due in the order in which the questions came', () => {
  const questions = held();
  expect(questions.nextDeadline()).toBe(500);
  expect(questions.due(millis(499))).toEqual([]);
  expect(questions.due(millis(500))).toEqual([first]);
  expect(questions.due(millis(600))).toEqual([first, second]);
  expect(questions.all()).toEqual([first, second]);
});

it('gives each question once', () => {
  const questions = held();
  expect(questions.take(first)?.max).toBe(1);
  expect(questions.take(first)).toBeUndefined();
  expect([questions.size, questions.nextDeadline()]).toEqual([1, 600]);
  questions.take(second);
  expect(questions.nextDeadline()).toBe(Infinity);
});
