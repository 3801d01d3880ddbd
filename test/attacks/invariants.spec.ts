import { figuresOf, type Seen } from './invariants.ts';
import type { Watch } from './watch.ts';

const MIB = 1_048_576;
const calm = {
  residentBytes: [100 * MIB],
  descriptors: [50],
  lagsMs: [11],
  probes: [{ ms: 5, status: 200 }],
  newcomersMs: [20],
  ownLagP99Ms: 11,
};
const watch = (changes: Partial<typeof calm> = {}): Watch =>
  ({ ...calm, ...changes }) as unknown as Watch;
const honest = { waits: [3], missedPongs: 0, connected: 8, count: 8, goodbyes: '' };
const after = { residentBytes: 100 * MIB, settledMs: 120_000, descriptorsMs: 10, descriptors: 50 };

const held: Seen = {
  before: watch(),
  during: watch(),
  honest,
  isSameProcess: true,
  log: '',
  after,
  stored: { kept: 1_000, count: 1_000 },
  forbidden: [],
  broken: [],
  isFull: true,
};

const brokenIn = (seen: Partial<Seen>): string[] =>
  figuresOf({ ...held, ...seen })
    .filter(({ ok }) => !ok)
    .map(({ figure }) => figure);

describe('the table of an attack', () => {
  it('finds nothing in a node that kept all of its promises', () => {
    expect(brokenIn({})).toEqual([]);
  });

  it.each<[string, Partial<Seen>]>([
    ['same process alive', { isSameProcess: false }],
    ['unhandled errors', { log: '… ERROR Unhandled rejection …' }],
    ['answers against the protocol', { broken: ['took a wrong token'] }],
    ['RSS during, over baseline', { during: watch({ residentBytes: [165 * MIB] }) }],
    ['RSS 120 s after, over baseline', { after: { ...after, residentBytes: 125 * MIB } }],
    ['event-loop delay, p99 of a second, median', { during: watch({ lagsMs: [20.1] }) }],
    ['/health/live p99', { during: watch({ probes: [{ ms: 101, status: 200 }] }) }],
    ['/health/live not 200', { during: watch({ probes: [{ ms: 5, status: 503 }] }) }],
    ['new honest peer let in, worst', { during: watch({ newcomersMs: [2_001] }) }],
    ['honest still connected', { honest: { ...honest, connected: 7 } }],
    ['Pongs missed', { honest: { ...honest, missedPongs: 1 } }],
    ['verified peers stored', { stored: { kept: 999, count: 1_000 } }],
    ['forbidden stored, shared, dialled', { forbidden: ['127.0.0.1:22'] }],
    ['descriptors back after', { after: { ...after, descriptors: 55 } }],
  ])('shows a broken promise: %s', (figure, seen) => {
    expect(brokenIn(seen)).toEqual([figure]);
  });

  it('shows slow and very slow Pongs', () => {
    expect(brokenIn({ honest: { ...honest, waits: [101] } })).toEqual(['honest ping p99']);
    const waits = [...Array<number>(200).fill(3), 501];
    expect(brokenIn({ honest: { ...honest, waits } })).toContain('honest ping max');
  });

  it('shows what was never measured', () => {
    expect(brokenIn({ during: watch({ lagsMs: [], newcomersMs: [] }) })).toHaveLength(2);
  });

  it('takes off in the short form, and only there, what an idle process beside it has lost', () => {
    const during = watch({ lagsMs: [25], ownLagP99Ms: 17 });
    expect(brokenIn({ during, isFull: false })).toEqual([]);
    expect(brokenIn({ during })).toHaveLength(1);
  });
});
