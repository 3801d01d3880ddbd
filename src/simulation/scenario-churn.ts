import { churn } from './faults/departures.ts';
import { degreeOf, isWhole, vanishedOf } from './mesh.ts';
import type { SimulatedNode } from './simulated-node.ts';
import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.ts';
import { Scene } from './scene.ts';

const SETTLE_MS = 20_000;
const MINUTE_MS = 60_000;
/** Whoever runs for so long has found its place. */
const SETTLED_AFTER_MS = 10_000;
const LOOK_EACH_MS = 1_000;
/** Mean over all looks: a host that vanished is missed when pings have had their time. */
const AT_MINIMUM_SHARE = 0.95;
/** Two missed pings and the dials that follow. */
const CALM_MS = 90_000;

const PARAMETERS = { minutes: 10, up_seconds_mean: 180, down_seconds_mean: 30 };

/** Ordinary nodes come and go all the time. */
export const nodesChurn: Scenario = {
  summary: 'Nodes leave by crash, loss or goodbye, and come back, all the time',
  ordinaryMin: 2,
  parameters: PARAMETERS,
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  const scene = new Scene('churn', options);
  const { simulation } = scene;
  const plan = scene.parametersOf(PARAMETERS);
  simulation.runFor(SETTLE_MS);
  const forMs = plan.minutes * MINUTE_MS;
  churn({
    of: scene.ordinary,
    upMsMean: plan.up_seconds_mean * 1_000,
    downMsMean: plan.down_seconds_mean * 1_000,
    departures: ['reset', 'vanish', 'goodbye'],
    forMs,
  })(simulation);
  const seen = watchSettled(scene);
  simulation.runFor(forMs);
  seen.isOver = true;
  simulation.runFor(CALM_MS);
  const after = scene.mesh();
  const share = seen.atMinimum / Math.max(1, seen.settled);
  return scene.result(
    {
      restarts: simulation.nodes.reduce((sum, node) => sum + node.starts - 1, 0),
      components_max: seen.componentsMax,
      at_minimum_share_mean: share,
      vanished_share_mean: seen.toNobody / Math.max(1, seen.connections),
    },
    [
      {
        met: seen.componentsMax === 1,
        expected: 'one component of all that run for 10 s, at each second',
      },
      { met: share >= AT_MINIMUM_SHARE, expected: '95 % of these at the minimum, on average' },
      { met: isWhole(after), expected: 'one component at the minimum after the churn' },
    ],
  );
}

interface Seen {
  componentsMax: number;
  settled: number;
  atMinimum: number;
  /** Connections of all looks, and those of them whose far end is gone. */
  connections: number;
  toNobody: number;
  isOver: boolean;
}

function watchSettled(scene: Scene): Seen {
  const { simulation } = scene;
  const seen: Seen = {
    componentsMax: 0,
    settled: 0,
    atMinimum: 0,
    connections: 0,
    toNobody: 0,
    isOver: false,
  };
  const isSettled = (node: SimulatedNode): boolean =>
    !node.isLeaving && simulation.now - node.startedAt >= SETTLED_AFTER_MS;
  scene.eachMs(LOOK_EACH_MS, () => {
    if (seen.isOver) return;
    const mesh = scene.mesh(isSettled);
    seen.componentsMax = Math.max(seen.componentsMax, mesh.components);
    seen.settled += mesh.nodes;
    seen.atMinimum += mesh.atMinimum;
    for (const node of simulation.running) {
      seen.connections += degreeOf(node);
      seen.toNobody += vanishedOf(node);
    }
  });
  return seen;
}
