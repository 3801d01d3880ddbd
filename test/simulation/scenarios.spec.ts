import type { ScenarioJob, ScenarioName } from '../../src/simulation/scenario.ts';
import { CompiledSimulator } from './compiled-simulator.ts';
import { expectOk } from './expect-ok.ts';

const TIMEOUT_MS = 900_000;

let simulator: CompiledSimulator;

beforeAll(() => {
  simulator = new CompiledSimulator();
});

afterAll(() => simulator.remove());

function jobs(scenario: ScenarioName, runs: number, more?: Partial<ScenarioJob>): ScenarioJob[] {
  return Array.from({ length: runs }, (_, index) => ({
    scenario,
    nodes: 50,
    seeds: 3,
    seed: index + 1,
    ...more,
  }));
}

describe('50 nodes and 3 seeds', () => {
  it(
    'become one mesh with everybody at the minimum, whatever the seed of the run',
    async () => {
      const results = await simulator.run(jobs('cold-start', 100));
      expectOk(results);
      expect(new Set(results.map((result) => result.trace_hash)).size).toBe(100);
    },
    TIMEOUT_MS,
  );

  it(
    'stay one mesh when all seeds die, and regain the minimum',
    async () => expectOk(await simulator.run(jobs('kill-seeds', 20))),
    TIMEOUT_MS,
  );

  it(
    'take a restarted node back by its stored peers with all seeds dead',
    async () => {
      const results = await simulator.run(jobs('restart', 20));
      expectOk(results);
      expect(results.filter((result) => Number(result.figures['stored_peers']) < 8)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it.each(['cold-start', 'kill-seeds', 'restart'] as const)(
    'do the same in %s when every write arrives in pieces',
    async (scenario) => expectOk(await simulator.run(jobs(scenario, 2, { splitWrites: true }))),
    TIMEOUT_MS,
  );

  it(
    'are not delayed by a seed that never answers',
    async () => {
      const results = await simulator.run(jobs('cold-start', 6, { silentSeeds: 1 }));
      expectOk(results);
      // Its own timeout is 10 s; who waited for it would be that late.
      const late = results.filter((result) => Number(result.figures['seconds_to_whole']) >= 8);
      const first = results.map((result) => Number(result.figures['seconds_to_first_peer_max']));
      expect(late).toEqual([]);
      expect(Math.max(...first)).toBeLessThan(4);
    },
    TIMEOUT_MS,
  );
});

describe('100 nodes that start at once and know one seed of 64 slots', () => {
  it(
    'are not left waiting when it is full and can name nobody yet',
    async () => {
      const parameters = { window_seconds: 0.02 };
      expectOk(await simulator.run(jobs('cold-start', 4, { nodes: 100, seeds: 1, parameters })));
    },
    TIMEOUT_MS,
  );
});

describe('a node that joins a settled network', () => {
  it(
    'is known to most within seconds by its own word, and to few without it',
    async () => {
      const size = { nodes: 60, seeds: 3 };
      expectOk(await simulator.run(jobs('newcomer', 3, size)));
      const silent = await simulator.run(
        jobs('newcomer', 3, { ...size, parameters: { records: 0 } }),
      );
      expect(silent.filter(({ ok }) => ok)).toEqual([]);
      const shares = silent.map(({ figures }) => Number(figures['known_share']));
      expect(Math.max(...shares)).toBeLessThan(0.5);
    },
    TIMEOUT_MS,
  );
});

describe('a smaller network', () => {
  it(
    'connects everybody to everybody',
    async () => {
      const results = await simulator.run(
        [2, 3, 5, 9].flatMap((nodes) => jobs('cold-start', 3, { nodes, seeds: 1 })),
      );
      expectOk(results);
    },
    TIMEOUT_MS,
  );
});

describe('one seed of the run', () => {
  it(
    'gives the same trace again, in another process and after other runs',
    async () => {
      const one = [...jobs('kill-seeds', 2), ...jobs('restart', 2)];
      const first = await simulator.run(one);
      const again = await simulator.run(one.toReversed());
      expect(again.toReversed()).toEqual(first);
    },
    TIMEOUT_MS,
  );
});
