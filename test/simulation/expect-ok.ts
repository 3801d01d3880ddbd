import type { ScenarioResult } from '../../src/simulation/scenario.ts';

const SHOWN_MAX = 5;

/** Fails with, for each failed run, what went wrong and the command that replays it. */
export function expectOk(results: readonly ScenarioResult[]): void {
  const failed = results.filter((result) => !result.ok);
  if (failed.length === 0) return;
  const shown = failed.slice(0, SHOWN_MAX).map(describeFailure);
  throw new Error(`${failed.length} of ${results.length} runs failed\n${shown.join('\n')}`);
}

function describeFailure(result: ScenarioResult): string {
  const broken = result.violations
    .slice(0, SHOWN_MAX)
    .map(({ rule, node, atMs, detail }) => `${rule} by ${node} at ${atMs} ms: ${detail}`);
  return [result.replay, ...[...result.missed, ...broken].map((line) => `    ${line}`)].join('\n');
}
