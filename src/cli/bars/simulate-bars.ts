import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import type { Trial } from '../../simulation/bars/bar.ts';
import type { ScenarioJob } from '../../simulation/scenario.ts';
import { reportComparison } from './attacks-report.ts';
import { reportAblations, reportBars, type Report } from './bars-report.ts';
import type { Wanted } from './run-together.ts';
import { runTrials } from './trial-pool.ts';

interface Flags {
  readonly quick: boolean;
  readonly ablate: boolean;
  readonly compare: boolean;
  readonly bar: readonly string[];
  readonly minutes: string;
  readonly lanes: string;
}

/** `npm run simulate:bars`: the bars of the product, in virtual time; exit code 1 when one is missed. */
const program = new Command('simulate:bars')
  .description('Run the scenarios behind the bars and compare each figure with its bound')
  .option('--quick', 'The short set of runs', false)
  .option('--ablate', 'Switch off one mechanism each, and show what that costs', false)
  .option('--compare', 'Put this node beside simpler ones, under each attack', false)
  .option('--bar <NUMBER...>', 'Only these', [])
  .option('--minutes <M>', 'Begin no run after this long', '30')
  .option('--lanes <N>', 'Processes at once', String(availableParallelism()))
  .parse();
const flags = program.opts<Flags>();
const endsAt = performance.now() + Number(flags.minutes) * 60_000;

async function run(jobs: readonly ScenarioJob[]): Promise<(Trial | undefined)[]> {
  const trials: (Trial | undefined)[] = jobs.map(() => undefined);
  let done = 0;
  await runTrials(jobs, {
    lanes: Number(flags.lanes),
    hasTime: () => performance.now() < endsAt,
    onTrial: (trial, index) => {
      trials[index] = trial;
      done += 1;
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${jobs.length} runs`);
    },
  });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  return trials;
}

async function reportOf(of: Wanted): Promise<Report> {
  if (flags.compare) return { text: await reportComparison(of, run), ok: true };
  return flags.ablate ? reportAblations(of, run) : reportBars(of, run);
}

const wanted: Wanted = { set: flags.quick ? 'quick' : 'full', numbers: flags.bar.map(Number) };
const report = await reportOf(wanted);
process.stdout.write(report.text);
if (!report.ok) process.exitCode = 1;
