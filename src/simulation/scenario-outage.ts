import { below } from '../core/support/random-source.ts';
import { outage } from './faults/cuts.ts';
import { isAtMinimum } from './mesh.ts';
import type { SimulatedNode } from './simulated-node.ts';
import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.ts';
import { Scene, seconds } from './scene.ts';

/** Long enough for peers that are proven. */
const SETTLE_MS = 60_000;
const MINUTE_MS = 60_000;
const BACK_WITHIN_MS = 5_000;
const WATCHED_MS = 60_000;

const PARAMETERS = { minutes: 10 };

/** A node without its line blames nobody, and is back at once. */
export const nodeOutage: Scenario = {
  summary: 'One node loses its line for minutes',
  ordinaryMin: 2,
  parameters: PARAMETERS,
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  const scene = new Scene('outage', options);
  const { simulation } = scene;
  const forMs = scene.parametersOf(PARAMETERS).minutes * MINUTE_MS;
  simulation.runFor(SETTLE_MS);
  const { ordinary } = scene;
  const node = ordinary[below(simulation.random, ordinary.length)] as SimulatedNode;
  const stored = node.store.keys();
  outage({ of: [node], forMs })(simulation);
  simulation.runFor(forMs);
  const connectedThen = node.established.lasting('outbound');
  const keptThen = new Set(node.store.keys());
  const { goodAfterMs } = scene.watch(
    (mesh) => isAtMinimum(node, mesh.nodes) && mesh.components === 1,
    WATCHED_MS,
  );
  const keptAfter = new Set(node.store.keys());
  const lost = stored.filter((key) => !keptThen.has(key) || !keptAfter.has(key));
  return scene.result(
    {
      stored_peers: stored.length,
      stored_peers_lost: lost.length,
      outbound_at_the_end_of_the_outage: connectedThen,
      seconds_to_minimum: seconds(goodAfterMs),
    },
    [
      { met: stored.length >= node.identity.limits.outboundMin, expected: 'peers to lose' },
      { met: lost.length === 0, expected: 'no stored peer lost' },
      {
        met: goodAfterMs !== undefined && goodAfterMs <= BACK_WITHIN_MS,
        expected: `at the minimum within ${seconds(BACK_WITHIN_MS)} s of the outage's end`,
      },
    ],
  );
}
