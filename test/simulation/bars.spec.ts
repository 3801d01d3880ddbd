import type { Bar } from '../../src/simulation/bars/bar.ts';
import { NETWORK_BARS } from '../../src/simulation/bars/bars.ts';
import { CompiledSimulator } from './compiled-simulator.ts';

const TIMEOUT_MS = 900_000;

let simulator: CompiledSimulator;

beforeAll(() => {
  simulator = new CompiledSimulator();
});

afterAll(() => simulator.remove());

describe('the short set of each bar', () => {
  const quick = NETWORK_BARS.filter((bar) => bar.jobs('quick').length > 0);

  it.each(quick.map((bar): [string, Bar] => [`${bar.number}: ${bar.situation}`, bar]))(
    'meets %s',
    async (_name, bar) => {
      const outcome = bar.judge(await simulator.runTrials(bar.jobs('quick')));
      expect(outcome).toMatchObject({ met: true });
    },
    TIMEOUT_MS,
  );
});
