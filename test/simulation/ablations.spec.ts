import { ablationJobs, type Ablation } from '../../src/simulation/bars/ablation.ts';
import { ABLATIONS } from '../../src/simulation/bars/ablations.ts';
import type { ScenarioResult } from '../../src/simulation/scenario.ts';
import { CompiledSimulator } from './compiled-simulator.ts';
import { expectOk } from './expect-ok.ts';

const TIMEOUT_MS = 900_000;

let simulator: CompiledSimulator;

beforeAll(() => {
  simulator = new CompiledSimulator();
});

afterAll(() => simulator.remove());

/** Each mechanism, its worst figure with it at most, and without it at least. */
const SHOWN: readonly (readonly [string, number, number])[] = [
  ['parallel dials', 0.5, 5],
  ['happy eyeballs', 1, Infinity],
  ['backoff', 200, 500],
  ['own-health rule', 0, 30],
  ['eviction by merit', 0, 8],
  ['score and bans', 20, 1_000],
  ['bans', 20, 100],
  ['quorum for the own address', 0, 3],
  ['dial-back to the own address', 0, 5],
  ['drain, before hosts are switched off', 0.02, 0.4],
];

describe('the absence of', () => {
  it.each(SHOWN)(
    '%s shows: %d at most with it, %d at least without',
    async (mechanism, most, least) => {
      const ablation = ABLATIONS.find((one) => one.mechanism === mechanism) as Ablation;
      const jobs = ablationJobs(ablation, 'quick');
      const results = await simulator.run([...jobs.with, ...jobs.without]);
      const withIt = results.slice(0, jobs.with.length);
      const without = results.slice(jobs.with.length);
      expectOk(withIt);
      expect(worst(withIt, ablation)).toBeLessThanOrEqual(most);
      expect(worst(without, ablation)).toBeGreaterThanOrEqual(least);
    },
    TIMEOUT_MS,
  );
});

/** What never happened is worse than any time. */
function worst(results: readonly ScenarioResult[], { figure }: Ablation): number {
  const values = results.map(({ figures }) => Number(figures[figure.name]));
  return Math.max(...values.map((value) => (value === -1 ? Infinity : value)));
}

describe('the list of ablations', () => {
  it('names each mechanism once, and runs that survive a message', () => {
    expect(new Set(ABLATIONS.map(({ mechanism }) => mechanism)).size).toBe(ABLATIONS.length);
    for (const ablation of ABLATIONS) {
      const { with: withIt, without } = ablationJobs(ablation, 'quick');
      expect(without).not.toEqual(withIt);
      expect(structuredClone(without)).toEqual(without);
    }
  });
});

describe('one seed of the run', () => {
  it(
    'gives the same runs again',
    async () => {
      const jobs = ABLATIONS.filter(({ mechanism }) =>
        SHOWN.some(([name]) => name === mechanism),
      ).flatMap((ablation) => ablationJobs(ablation, 'quick').without.slice(0, 1));
      const first = await simulator.run(jobs);
      expect(await simulator.run(jobs)).toEqual(first);
    },
    TIMEOUT_MS,
  );
});
