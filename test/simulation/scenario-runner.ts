import { createHash } from 'node:crypto';
import { createPeerNode } from '../../src/simulation/peer-node-machine.ts';
import type { ScenarioName, ScenarioOptions } from '../../src/simulation/scenario.ts';
import { runScenario } from '../../src/simulation/scenarios.ts';

/** One run: what the command line can say of a scenario. */
export type ScenarioJob = { readonly scenario: ScenarioName } & Pick<
  ScenarioOptions,
  'nodes' | 'seeds' | 'seed' | 'silentSeeds' | 'splitWrites'
>;

/** A process of its own: jobs as JSON in the last argument, one line of JSON per result. */
const jobs = JSON.parse(process.argv.at(-1) ?? '[]') as ScenarioJob[];
for (const { scenario, ...job } of jobs) {
  const result = runScenario(scenario, {
    ...job,
    sha256: (bytes) => createHash('sha256').update(bytes).digest(),
    createMachine: createPeerNode,
  });
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
