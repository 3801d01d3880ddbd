import type { Trial } from '../../src/simulation/bars/bar.ts';
import { createPeerNode } from '../../src/simulation/peer-node-machine.ts';
import type { ScenarioJob } from '../../src/simulation/scenario.ts';
import { runScenario } from '../../src/simulation/scenarios.ts';
import { sha256 } from '../../src/support/sha256.ts';

/** A process of its own: jobs as JSON in the last argument, one line of JSON per trial. */
const jobs = JSON.parse(process.argv.at(-1) ?? '[]') as ScenarioJob[];
for (const job of jobs) {
  const { scenario, ...options } = job;
  const before = process.cpuUsage();
  const result = runScenario(scenario, {
    ...options,
    sha256,
    createMachine: createPeerNode,
  });
  const { user, system } = process.cpuUsage(before);
  const trial: Trial = { job, result, cpuSeconds: (user + system) / 1e6 };
  process.stdout.write(`${JSON.stringify(trial)}\n`);
}
