import type { ScenarioJob, ScenarioResult } from '../scenario.ts';

/**
 * A promise of the product with a number in it, and the runs that show whether it is kept. Runs are
 * independent of one another: they are spread over processes.
 */
export interface Bar {
  readonly number: number;
  /** What happens, in a few words. */
  readonly situation: string;
  /** What must hold then, in a few words. */
  readonly bound: string;
  /** `quick` is a part of `full` that takes seconds; when time runs out, the last ones are left out. */
  readonly jobs: (set: JobSet) => readonly ScenarioJob[];
  /** @param trials at least one, in the order of the jobs */
  readonly judge: (trials: readonly Trial[]) => BarOutcome;
}

export type JobSet = 'quick' | 'full';

/** A job that has been run. */
export interface Trial {
  readonly job: ScenarioJob;
  readonly result: ScenarioResult;
  /** Processor time of the run, user and system. */
  readonly cpuSeconds: number;
}

export interface BarOutcome {
  /** What was seen, in a few words, with the number of trials and, for a chance, its 95 % bound. */
  readonly figure: string;
  readonly met: boolean;
}
