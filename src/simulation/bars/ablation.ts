import type { NodeLimits } from '../../core/support/limits.ts';
import type { ScenarioJob, ScenarioResult } from '../scenario.ts';
import type { JobSet } from './bar.ts';
import { worstOf, type ShownFigure } from './trial-set.ts';

/** One mechanism that is switched off, and the scenario whose figure shows what it is worth. */
export interface Ablation {
  readonly mechanism: string;
  /** Number of the bar that it serves. */
  readonly bar: number;
  /** What switches it off; without it, `parameters` of the scenario stand for its absence. */
  readonly limits?: Partial<NodeLimits>;
  readonly parameters?: Readonly<Record<string, number>>;
  readonly job: Omit<ScenarioJob, 'seed' | 'limits'>;
  readonly runs: Readonly<Record<JobSet, number>>;
  readonly figure: ShownFigure;
}

export function ablationJobs(ablation: Ablation, set: JobSet): AblationJobs {
  const { job, runs, limits = {} } = ablation;
  const parameters = { ...job.parameters, ...ablation.parameters };
  const seeds = Array.from({ length: runs[set] }, (_, index) => index + 1);
  return {
    with: seeds.map((seed) => ({ ...job, seed })),
    without: seeds.map((seed) => ({ ...job, seed, limits, parameters })),
  };
}

export interface AblationJobs {
  readonly with: readonly ScenarioJob[];
  readonly without: readonly ScenarioJob[];
}

/** Mean, worst value and missed runs, in a few words. */
export function summaryOf(results: readonly ScenarioResult[], figure: ShownFigure): string {
  if (results.length === 0) return 'not run';
  const values = results.map((result) => Number(result.figures[figure.name] ?? -1));
  const known = values.filter((value) => value !== -1);
  const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  const worst = worstOf(results, figure);
  const missed = results.filter((result) => !result.ok).length;
  const middle = known.length === 0 ? 'never' : `mean ${Number(mean.toPrecision(3))}`;
  return `${middle}, worst ${worst} (${missed} of ${results.length} missed)`;
}
