import { shuffle } from '../core/support/random-source.ts';
import { partition } from './faults/cuts.ts';
import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.ts';
import { Scene, seconds } from './scene.ts';

const SETTLE_MS = 30_000;
const MINUTE_MS = 60_000;
const HEALED_WITHIN_MS = 60_000;
const WATCHED_MS = 120_000;

const PARAMETERS = {
  minutes: 10,
  /** Of the nodes, on the side without a seed. */
  far_share: 0.5,
  /** 1: what the near side sends is lost, what the far side sends arrives. */
  one_way: 0,
};

/** Two parts of the network forget each other's connections, and find each other again. */
export const partitionHeals: Scenario = {
  summary: 'The network is cut in two for minutes, and the cut heals',
  ordinaryMin: 2,
  parameters: PARAMETERS,
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  const scene = new Scene('partition', options);
  const { simulation } = scene;
  const { minutes, far_share: farShare, one_way: oneWay } = scene.parametersOf(PARAMETERS);
  simulation.runFor(SETTLE_MS);
  const before = scene.mesh();
  const ordinary = shuffle(simulation.random, [...scene.ordinary]);
  const far = ordinary.slice(0, Math.max(1, Math.round(farShare * simulation.nodes.length)));
  const near = simulation.nodes.filter((node) => !far.includes(node));
  const forMs = minutes * MINUTE_MS;
  partition({ between: near, and: far, forMs, lost: oneWay > 0 ? 'there' : 'both' })(simulation);
  simulation.runFor(forMs);
  const apart = scene.mesh();
  const { goodAfterMs } = scene.watch((mesh) => mesh.components === 1, WATCHED_MS);
  return scene.result(
    {
      near_nodes: near.length,
      far_nodes: far.length,
      components_at_the_end_of_the_cut: apart.components,
      seconds_to_one_component: seconds(goodAfterMs),
    },
    [
      { met: before.components === 1, expected: 'one component before the cut' },
      { met: apart.components > 1, expected: 'a cut that separates' },
      {
        met: goodAfterMs !== undefined && goodAfterMs <= HEALED_WITHIN_MS,
        expected: `one component within ${seconds(HEALED_WITHIN_MS)} s of the healing, for good`,
      },
    ],
  );
}
