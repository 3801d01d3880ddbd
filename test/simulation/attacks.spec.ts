import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ATTACK_BARS } from '../../src/simulation/attack/attack-bars.ts';
import {
  ablationLines,
  comparisonLines,
  rowOf,
  type AttackLine,
  type AttackRow,
} from '../../src/simulation/attack/attack-comparison.ts';
import { floodVictim } from '../../src/simulation/attack/scenario-flood.ts';
import type { Bar } from '../../src/simulation/bars/bar.ts';
import { createPeerNode } from '../../src/simulation/peer-node-machine.ts';
import { sha256 } from '../../src/support/sha256.ts';
import { CompiledSimulator } from './compiled-simulator.ts';

const TIMEOUT_MS = 900_000;
const MIB = 1_048_576;

let simulator: CompiledSimulator;

beforeAll(() => {
  simulator = new CompiledSimulator();
});

afterAll(() => simulator.remove());

async function expectMet(bar: Bar): Promise<void> {
  const outcome = bar.judge(await simulator.runTrials(bar.jobs('quick')));
  expect(outcome).toMatchObject({ met: true });
}

async function rowsOf(lines: readonly AttackLine[]): Promise<AttackRow[]> {
  const trials = await simulator.runTrials(lines.flatMap((line) => line.jobs));
  let from = 0;
  return lines.map((line) => {
    const row = rowOf(line, trials.slice(from, from + line.jobs.length));
    from += line.jobs.length;
    return row;
  });
}

/** Short enough for every run; `npm run simulate:bars` runs them all. */
const IN_EVERY_RUN = new Set([11, 13]);

describe('under attack a node meets the bar of', () => {
  it.each(
    ATTACK_BARS.filter((bar) => IN_EVERY_RUN.has(bar.number)).map((bar): [string, Bar] => [
      `${bar.number}: ${bar.situation}`,
      bar,
    ]),
  )('%s', async (_name, bar) => expectMet(bar), TIMEOUT_MS);
});

describe('the comparison', () => {
  it(
    'shows that a flat list is eclipsed where buckets are not, and that groups help the attacker',
    async () => {
      const lines = comparisonLines('quick').filter((line) => line.node !== 'this node');
      const rows = await rowsOf(lines.map(withRestarts(200)));
      const of = (node: string): AttackRow[] => rows.filter((row) => row.node === node);
      const [few, , many] = of('new/tried, entry by entry');
      expect(of('flat list').every((row) => row.outboundShare > 0.5)).toBe(true);
      expect(of('flat list').some((row) => row.eclipsed > 0)).toBe(true);
      expect(few?.eclipsed).toBe(0);
      expect(few?.outboundShare).toBeLessThan(many?.outboundShare ?? 0);
    },
    TIMEOUT_MS,
  );

  it('has a line without each mechanism, by limits that survive a message', () => {
    const lines = ablationLines('full');
    expect(new Set(lines.map(({ node, attack }) => node + attack)).size).toBe(lines.length);
    for (const { jobs } of lines) expect(JSON.parse(JSON.stringify(jobs))).toEqual(jobs);
  });
});

describe('a flood of addresses', () => {
  it('leaves 512 addresses and less than 10 MiB', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const flood = (addresses: number): ReturnType<typeof floodVictim> =>
      floodVictim(
        {
          seed: 1,
          createMachine: createPeerNode,
          sha256,
        },
        { addresses, hours_max: 48, unsolicited_per_second: 0 },
      );
    const small = flood(200);
    collect();
    const before = process.memoryUsage().heapUsed;
    const large = flood(20_000);
    collect();
    const grown = process.memoryUsage().heapUsed - before;
    expect(large.named).toBe(20_000);
    expect(large.victim.machine).not.toBe(small.victim.machine);
    // The bound of the whole process; what is left of compiled code and samples is in it too.
    expect(large.keptMax).toBeLessThanOrEqual(512);
    expect(grown / MIB).toBeLessThan(10);
  });
});

function withRestarts(restarts: number): (line: AttackLine) => AttackLine {
  return (line) => ({
    ...line,
    jobs: line.jobs.map((job) => ({ ...job, parameters: { ...job.parameters, restarts } })),
  });
}
