import type { ScenarioJob, ScenarioResult } from '../scenario.ts';
import type { Bar, BarOutcome, JobSet, Trial } from './bar.ts';
import { chanceAtMost } from './binomial-bound.ts';

/** A bar that every run of one scenario has to meet, with the seeds 1, 2, 3 … */
export interface RepeatedScenario {
  readonly number: number;
  readonly situation: string;
  readonly bound: string;
  readonly job: Omit<ScenarioJob, 'seed'>;
  /** How many seeds. */
  readonly runs: Readonly<Record<JobSet, number>>;
  /** Of the scenario's figures: the one that is shown, its worst value over all runs. */
  readonly shown: ShownFigure;
}

/** A time is known to the millisecond, a share to the node: more digits say nothing. */
const FIGURE_DIGITS = 4;

export interface ShownFigure {
  readonly name: string;
  /** Read after the value: `s to the minimum`. */
  readonly text: string;
  readonly worst: 'greatest' | 'smallest';
}

/** Met when each run meets every demand of its scenario and breaks no rule. */
export function repeatedScenario(plan: RepeatedScenario): Bar {
  const { number, situation, bound, job, runs, shown } = plan;
  return {
    number,
    situation,
    bound,
    jobs: (set) => Array.from({ length: runs[set] }, (_, index) => ({ ...job, seed: index + 1 })),
    judge: (trials) => judgeRepeated(trials, shown),
  };
}

function judgeRepeated(trials: readonly Trial[], shown: ShownFigure): BarOutcome {
  const results = trials.map((trial) => trial.result);
  const failures = results.filter((result) => !result.ok).length;
  const percent = (100 * chanceAtMost(failures, trials.length)).toPrecision(2);
  const worst = `${worstOf(results, shown)} ${shown.text}`;
  const counted = `${failures} of ${trials.length} missed, chance ≤ ${percent} %`;
  return { figure: `${worst}; ${counted}`, met: failures === 0 };
}

/** Times are −1 for what never happened, which is worse than any. */
export function worstOf(
  results: readonly ScenarioResult[],
  { name, worst }: ShownFigure,
): number | string {
  const values = results.map((result) => Number(result.figures[name] ?? -1));
  if (values.includes(-1)) return 'never';
  const value = worst === 'greatest' ? Math.max(...values) : Math.min(...values);
  return Number(value.toPrecision(FIGURE_DIGITS));
}
