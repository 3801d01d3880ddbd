import type { NodeEvent, NodeState } from '../core/node/events.ts';
import { PacedEvents } from './paced-events.ts';

const changed = (from: NodeState, to: NodeState): NodeEvent => ({
  kind: 'state-changed',
  from,
  to,
});
const dials = (attemptingConnections: number): NodeEvent => ({
  kind: 'dials-started',
  attemptingConnections,
});
const other: NodeEvent = { kind: 'peers-loaded', count: 0 };

test('a start is told as it goes', () => {
  const paced = new PacedEvents();
  const start = [changed('starting', 'bootstrapping'), dials(3), other];
  expect(start.flatMap((event) => paced.pass(event, 0))).toEqual(start);
  const joined = changed('bootstrapping', 'connected');
  expect(paced.pass(joined, 20)).toEqual([joined]);
});

test('of a state that turns all the time two lines a second are told, the last one among them', () => {
  const paced = new PacedEvents();
  const told: NodeEvent[] = [];
  for (let at = 0; at < 3_000; at += 10) {
    const isOdd = (at / 10) % 2 === 1;
    told.push(
      ...paced.pass(
        isOdd ? changed('isolated', 'connected') : changed('connected', 'isolated'),
        at,
      ),
    );
  }
  expect(told.length).toBeLessThanOrEqual(6);
  told.push(...paced.pass(changed('connected', 'offline'), 3_000));
  expect(paced.pass(other, 4_000).at(-1)).toBe(other);
  const states = [...told, ...paced.pass(other, 5_000)].flatMap((event) =>
    event.kind === 'state-changed' ? [event] : [],
  );
  for (const [i, state] of states.entries()) {
    expect(state.from).toBe(i === 0 ? 'connected' : states[i - 1]?.to);
  }
});

test('a state that has turned back is not told', () => {
  const paced = new PacedEvents();
  paced.pass(changed('starting', 'bootstrapping'), 0);
  paced.pass(changed('bootstrapping', 'connected'), 1);
  expect(paced.pass(changed('connected', 'isolated'), 2)).toEqual([]);
  expect(paced.pass(changed('isolated', 'connected'), 3)).toEqual([]);
  expect(paced.pass(other, 2_000)).toEqual([other]);
});

test('dials that start within a second of others are told together', () => {
  const paced = new PacedEvents();
  expect(paced.pass(dials(1), 0)).toEqual([dials(1)]);
  expect(paced.pass(dials(2), 100)).toEqual([]);
  expect(paced.pass(dials(3), 200)).toEqual([]);
  expect(paced.pass(other, 1_000)).toEqual([dials(5), other]);
  expect(paced.pass(other, 3_000)).toEqual([other]);
});
