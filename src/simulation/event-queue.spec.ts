import fc from 'fast-check';
import { EventQueue } from './event-queue.ts';

function drain(queue: EventQueue): void {
  while (queue.step());
}

describe('EventQueue', () => {
  it('runs events by time, and those of one instant in the order of scheduling', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (times) => {
        const queue = new EventQueue();
        const ran: [number, number][] = [];
        times.forEach((at, index) => queue.schedule(at, () => ran.push([at, index])));
        drain(queue);
        const expected = times
          .map((at, index): [number, number] => [at, index])
          .toSorted(([a, i], [b, j]) => a - b || i - j);
        expect(ran).toEqual(expected);
      }),
    );
  });

  it('runs what is scheduled in the past now, and never moves time back', () => {
    const queue = new EventQueue();
    const at: number[] = [];
    queue.schedule(10, () => queue.schedule(3, () => at.push(queue.now)));
    drain(queue);
    expect(at).toEqual([10]);
    queue.advanceTo(4);
    expect(queue.now).toBe(10);
  });

  it('counts events while time stands and starts anew when it moves', () => {
    const queue = new EventQueue();
    for (const at of [1, 1, 1, 2]) queue.schedule(at, () => undefined);
    queue.step();
    queue.step();
    queue.step();
    expect(queue.eventsAtThisInstant).toBe(3);
    queue.step();
    expect(queue.eventsAtThisInstant).toBe(1);
  });

  it('has no next event when it is empty', () => {
    const queue = new EventQueue();
    expect([queue.step(), queue.nextAt, queue.size]).toEqual([false, undefined, 0]);
  });
});
