import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Trial } from '../../simulation/bars/bar.ts';
import type { ScenarioJob } from '../../simulation/scenario.ts';

export interface PoolOptions {
  /** Processes at once. */
  readonly lanes: number;
  /** Whether another job may begin; asked before each. */
  readonly hasTime: () => boolean;
  readonly onTrial: (trial: Trial, index: number) => void;
}

const CHILD = new URL(
  import.meta.url.endsWith('.ts') ? 'trial-process.ts' : 'trial-process.js',
  import.meta.url,
);
/** Events of a run die young: a larger nursery saves a third of its time. */
const NODE_FLAGS = ['--max-semi-space-size=64'];

/** Runs jobs in processes of its own, in their order; those that time leaves out are never begun. */
export async function runTrials(jobs: readonly ScenarioJob[], options: PoolOptions): Promise<void> {
  const waiting = [...jobs.entries()];
  const lanes = Array.from({ length: Math.min(options.lanes, jobs.length) }, () =>
    runLane(waiting, options),
  );
  await Promise.all(lanes);
}

async function runLane(waiting: [number, ScenarioJob][], options: PoolOptions): Promise<void> {
  const child = fork(fileURLToPath(CHILD), { serialization: 'advanced', execArgv: NODE_FLAGS });
  try {
    while (options.hasTime()) {
      const next = waiting.shift();
      if (next === undefined) return;
      const [index, job] = next;
      options.onTrial(await runIn(child, job), index);
    }
  } finally {
    child.disconnect();
  }
}

async function runIn(child: ChildProcess, job: ScenarioJob): Promise<Trial> {
  const answer = new AbortController();
  const { signal } = answer;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a run ended its process with ${String(code)}: ${JSON.stringify(job)}`);
  });
  const answered = once(child, 'message', { signal }).then(([trial]) => trial as Trial);
  child.send(job);
  try {
    return await Promise.race([answered, ended]);
  } finally {
    ended.catch(() => undefined);
    answered.catch(() => undefined);
    answer.abort();
  }
}
