import type { Trial } from '../../simulation/bars/bar.ts';
import { createPeerNode } from '../../simulation/peer-node-machine.ts';
import type { ScenarioJob } from '../../simulation/scenario.ts';
import { runScenario } from '../../simulation/scenarios.ts';
import { sha256 } from '../../support/sha256.ts';

/** A process of its own: each message is a job, each answer its trial; it ends with its parent. */
process.on('message', (job: ScenarioJob) => {
  const { scenario, ...options } = job;
  const before = process.cpuUsage();
  const result = runScenario(scenario, {
    ...options,
    sha256,
    createMachine: createPeerNode,
  });
  const { user, system } = process.cpuUsage(before);
  const trial: Trial = { job, result, cpuSeconds: (user + system) / 1e6 };
  process.send?.(trial);
});
process.on('disconnect', () => process.exit());
