import fc from 'fast-check';
import { millis } from './brand.ts';
import { TimerTable } from './timer-table.ts';

const drain = (table: TimerTable<string>, now: number): string[] => {
  const keys: string[] = [];
  for (let key = table.takeDue(millis(now)); key !== undefined; key = table.takeDue(millis(now)))
    keys.push(key);
  return keys;
};

/** Takes from both what is due first, if anything is. */
function expectEarliestTaken(
  table: TimerTable<number>,
  model: Map<number, number>,
  at: number,
): void {
  const earliest = Math.min(...model.values());
  const taken = table.takeDue(millis(at));
  const takenAt = taken === undefined ? Infinity : model.get(taken);
  expect(takenAt).toBe(earliest > at ? Infinity : earliest);
  if (taken !== undefined) model.delete(taken);
}

describe('TimerTable', () => {
  it('hands out what is due, earliest first, and equal deadlines in the order of setting', () => {
    const table = new TimerTable<string>();
    const equal = Array.from({ length: 20 }, (_, i) => `equal ${i}`);
    table.set('late', millis(30));
    for (const key of equal) table.set(key, millis(10));
    table.set('future', millis(31));
    expect(table.next()).toBe(10);
    expect(drain(table, 30)).toEqual([...equal, 'late']);
    expect(table.next()).toBe(31);
  });

  it('keeps one deadline per key: the last one set', () => {
    const table = new TimerTable<string>();
    table.set('key', millis(10));
    table.set('key', millis(20));
    expect(table.at('key')).toBe(20);
    expect(drain(table, 19)).toEqual([]);
    expect(drain(table, 20)).toEqual(['key']);
    expect(drain(table, 99)).toEqual([]);
  });

  it('forgets what was cancelled', () => {
    const table = new TimerTable<string>();
    table.set('key', millis(10));
    table.cancel('key');
    table.cancel('never set');
    expect(table.next()).toBeUndefined();
    expect(table.at('key')).toBeUndefined();
    expect(drain(table, 99)).toEqual([]);
  });

  it('stays small when deadlines are moved for ever', () => {
    const table = new TimerTable<number>();
    for (let i = 0; i < 10_000; i += 1) table.set(i % 3, millis(i));
    const { keys } = table as unknown as { keys: unknown[] };
    expect(keys.length).toBeLessThanOrEqual(2 * 3 + 64);
  });

  it('agrees with a plain map for any sequence of operations', () => {
    const operation = fc.record({
      kind: fc.constantFrom('set', 'cancel', 'take'),
      key: fc.nat(20),
      at: fc.nat(100),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
        const table = new TimerTable<number>();
        const model = new Map<number, number>();
        for (const { kind, key, at } of operations) {
          if (kind === 'set') {
            table.set(key, millis(at));
            model.set(key, at);
          } else if (kind === 'cancel') {
            table.cancel(key);
            model.delete(key);
          } else {
            expectEarliestTaken(table, model, at);
          }
          expect(table.next() ?? Infinity).toBe(Math.min(...model.values()));
        }
      }),
    );
  });
});
