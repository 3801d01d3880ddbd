import type { Bar, BarOutcome, Trial } from './bar.ts';

const CPU_SECONDS_MAX = 60;
const JOB = {
  scenario: 'steady',
  nodes: 500,
  seeds: 3,
  seed: 1,
  parameters: { minutes: 10 },
} as const;

/** What a network costs to simulate; and that the same run twice is the same run. */
export const largestRun: Bar = {
  number: 15,
  situation: '500 nodes for 10 virtual minutes, twice',
  bound: `${CPU_SECONDS_MAX} s of one core each, equal traces`,
  // Processor time says nothing while tests share the machine.
  jobs: (set) => (set === 'quick' ? [] : [JOB, JOB]),
  judge,
};

function judge(trials: readonly Trial[]): BarOutcome {
  const cpuSeconds = Math.max(...trials.map((trial) => trial.cpuSeconds));
  const traces = new Set(trials.map((trial) => trial.result.trace_hash));
  const areSound = trials.every((trial) => trial.result.ok);
  const equal = traces.size === 1 ? 'equal traces' : 'DIFFERENT traces';
  return {
    figure: `${cpuSeconds.toFixed(1)} s; ${equal} in ${trials.length} runs`,
    met: cpuSeconds <= CPU_SECONDS_MAX && traces.size === 1 && areSound,
  };
}
