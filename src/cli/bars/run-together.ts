import type { JobSet, Trial } from '../../simulation/bars/bar.ts';
import type { ScenarioJob } from '../../simulation/scenario.ts';

/** Which runs are wanted. */
export interface Wanted {
  readonly set: JobSet;
  /** Numbers of bars; all, when empty. */
  readonly numbers: readonly number[];
}

/** Runs jobs; the results are in their order, without those for which there was no time. */
export type RunJobs = (jobs: readonly ScenarioJob[]) => Promise<(Trial | undefined)[]>;

/** All groups make headway at one pace, so that each has some runs when time is short. */
export async function runTogether(
  groups: readonly (readonly ScenarioJob[])[],
  run: RunJobs,
): Promise<Trial[][]> {
  const placed = groups.flatMap((jobs, group) =>
    jobs.map((job, index) => ({ job, group, progress: index / jobs.length })),
  );
  placed.sort((a, b) => a.progress - b.progress);
  const trials = await run(placed.map(({ job }) => job));
  return groups.map((_, group) =>
    trials.filter(
      (trial, index): trial is Trial => trial !== undefined && placed[index]?.group === group,
    ),
  );
}
