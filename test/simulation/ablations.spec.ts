import { ablationJobs, type Ablation } from '../../src/simulation/bars/ablation.ts';
import { ABLATIONS } from '../../src/simulation/bars/ablations.ts';
import type { ScenarioJob, ScenarioResult } from '../../src/simulation/scenario.ts';
import { CompiledSimulator } from './compiled-simulator.ts';
import { expectOk } from './expect-ok.ts';

const TIMEOUT_MS = 900_000;

let simulator: CompiledSimulator;

beforeAll(() => {
  simulator = new CompiledSimulator();
});

afterAll(() => simulator.remove());

/** Each mechanism, its figure with it at most, and without it at least; which of its quick runs. */
const SHOWN: readonly (readonly [string, number, number, number])[] = [
  ['parallel dials', 0.5, 5, 2],
  ['happy eyeballs', 1, Infinity, 0],
  ['backoff', 200, 500, 0],
  ['own-health rule', 0, 20, 0],
  ['eviction by merit', 0, 8, 0],
  ['score and bans', 20, 1_000, 0],
  ['bans', 20, 100, 0],
  ['quorum for the own address', 0, 3, 0],
  ['dial-back to the own address', 0, 5, 0],
  ['drain, before hosts are switched off', 0.02, 0.4, 0],
];

describe('the absence of', () => {
  it.each(SHOWN)(
    '%s shows: %d at most with it, %d at least without',
    async (mechanism, most, least, run) => {
      const ablation = ABLATIONS.find((one) => one.mechanism === mechanism) as Ablation;
      const jobs = ablationJobs(ablation, 'quick');
      const whole = jobs.with[run] as ScenarioJob;
      const ablated = jobs.without[run] as ScenarioJob;
      const [withIt, without, again] = await simulator.run([whole, ablated, ablated]);
      expectOk([withIt as ScenarioResult]);
      expect(figureOf(withIt, ablation)).toBeLessThanOrEqual(most);
      expect(figureOf(without, ablation)).toBeGreaterThanOrEqual(least);
      expect(again).toEqual(without);
    },
    TIMEOUT_MS,
  );
});

/** What never happened is worse than any time. */
function figureOf(result: ScenarioResult | undefined, { figure }: Ablation): number {
  const value = Number(result?.figures[figure.name]);
  return value === -1 ? Infinity : value;
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
