import { ablationJobs, summaryOf, type Ablation } from '../../simulation/bars/ablation.ts';
import { ABLATIONS } from '../../simulation/bars/ablations.ts';
import type { Bar, Trial } from '../../simulation/bars/bar.ts';
import { BARS } from '../../simulation/bars/bars.ts';
import { reportAttackAblations } from './attacks-report.ts';
import { runTogether, type RunJobs, type Wanted } from './run-together.ts';
import { textTable } from './text-table.ts';

export interface Report {
  readonly text: string;
  /** Nothing was missed. */
  readonly ok: boolean;
}

const REPLAYS_SHOWN_MAX = 3;

/** Bar, situation, figure, bound, verdict. */
export async function reportBars({ set, numbers }: Wanted, run: RunJobs): Promise<Report> {
  const bars = BARS.filter(({ number }) => numbers.length === 0 || numbers.includes(number));
  const groups = bars.map((bar) => bar.jobs(set));
  const results = await runTogether(groups, run);
  const judged = bars.flatMap((bar, index) =>
    groups[index]?.length === 0 ? [] : [judge(bar, results[index] ?? [])],
  );
  const rows = judged.map(({ row }) => row);
  const failures = judged.flatMap(({ failed }) => failed);
  return {
    text:
      textTable([['bar', 'situation', 'figure', 'bound', 'verdict'], ...rows]) + replays(failures),
    ok: judged.length > 0 && judged.every(({ met }) => met),
  };
}

/** What the absence of each mechanism costs. */
export async function reportAblations({ set, numbers }: Wanted, run: RunJobs): Promise<Report> {
  const chosen = ABLATIONS.filter(({ bar }) => numbers.length === 0 || numbers.includes(bar));
  const groups = chosen.map((ablation) => ablationJobs(ablation, set));
  const results = await runTogether(
    groups.flatMap((jobs) => [jobs.with, jobs.without]),
    run,
  );
  const rows = chosen.map((ablation, index) => ablationRow(ablation, results.slice(2 * index)));
  const text = textTable([['mechanism', 'bar', 'figure', 'with', 'without'], ...rows]);
  const attacks = await reportAttackAblations({ set, numbers }, run);
  return { text: rows.length === 0 ? attacks : `${text}\n${attacks}`, ok: true };
}

function ablationRow(
  { mechanism, bar, figure }: Ablation,
  [withIt = [], withoutIt = []]: readonly (readonly Trial[])[],
): string[] {
  const summary = (trials: readonly Trial[]): string =>
    summaryOf(
      trials.map((trial) => trial.result),
      figure,
    );
  return [mechanism, String(bar), figure.text, summary(withIt), summary(withoutIt)];
}

interface Judged {
  readonly row: readonly string[];
  readonly met: boolean;
  readonly failed: readonly Trial[];
}

function judge(bar: Bar, trials: readonly Trial[]): Judged {
  const outcome = trials.length === 0 ? { figure: 'no run', met: false } : bar.judge(trials);
  const { figure, met } = outcome;
  const verdict = met ? 'met' : 'MISSED';
  return {
    row: [String(bar.number), bar.situation, figure, bar.bound, verdict],
    met,
    failed: trials.filter((trial) => !trial.result.ok),
  };
}

function replays(failed: readonly Trial[]): string {
  return failed
    .slice(0, REPLAYS_SHOWN_MAX)
    .map(({ result }) => {
      const broken = result.violations.map(({ rule, node }) => `${rule} by ${node}`);
      const why = [...result.missed, ...broken].map((line) => `    ${line}\n`);
      return `${result.replay}\n${why.join('')}`;
    })
    .join('');
}
