import { crash, scaleDown } from './faults/departures.ts';
import { together, type FaultPlan } from './faults/fault-plan.ts';
import { degreeOf, isWhole, vanishedOf } from './mesh.ts';
import type { SimulatedNode } from './simulated-node.ts';
import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.ts';
import { Scene } from './scene.ts';

const SETTLE_MS = 20_000;
const LOOK_EACH_MS = 1_000;
/** Departures fall on whole seconds: only between them there is something to see. */
const CLOSE_LOOK_EACH_MS = 100;
const WATCHED_MS = 20_000;

const PARAMETERS = {
  survivors: 3,
  each_seconds: 2,
  /** 1: those who leave are the first nodes, the seeds among them. */
  first_leave: 0,
  /** 0: nobody says goodbye, the process is killed; −1: nor does the host, which is switched off. */
  goodbye: 1,
};

/** A deployment is made smaller: nobody who stays notices. */
export const deploymentShrinks: Scenario = {
  summary: 'Nodes leave with a goodbye until a few are left',
  ordinaryMin: 2,
  parameters: PARAMETERS,
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  const scene = new Scene('scale-down', options);
  const { simulation } = scene;
  const plan = scene.parametersOf(PARAMETERS);
  simulation.runFor(SETTLE_MS);
  const before = scene.mesh();
  const nodes = plan.first_leave > 0 ? simulation.nodes : simulation.nodes.toReversed();
  const leaving = nodes.slice(0, Math.max(0, nodes.length - plan.survivors));
  const eachMs = plan.each_seconds * 1_000;
  departuresOf(leaving, { eachMs, goodbye: plan.goodbye })(simulation);
  const { outboundMin } = { outboundMin: simulation.nodes[0]?.identity.limits.outboundMin ?? 0 };
  let missingMax = 0;
  const seen = watchVanished(scene);
  scene.eachMs(LOOK_EACH_MS, () => {
    const staying = stayingOf(scene);
    const wanted = Math.min(outboundMin, staying.length - 1);
    const missing = (node: SimulatedNode): number => wanted - degreeOf(node);
    missingMax = Math.max(missingMax, ...staying.map(missing));
  });
  simulation.runFor(leaving.length * eachMs + WATCHED_MS);
  const figures = {
    left: leaving.length,
    connections_missing_max: missingMax,
    vanished_share_mean: seen.toNobody / Math.max(1, seen.connections),
  };
  return scene.result(figures, [
    { met: isWhole(before), expected: 'one component at the minimum before' },
    {
      met: missingMax === 0,
      expected: `nobody below ${outboundMin} connections, or all others, at any second`,
    },
    { met: isWhole(scene.mesh()), expected: 'one component at the end' },
  ]);
}

function stayingOf({ simulation }: Scene): SimulatedNode[] {
  return simulation.running.filter((node) => !node.isLeaving);
}

/** Connections of all looks, and those of them whose far end is gone. */
function watchVanished(scene: Scene): { connections: number; toNobody: number } {
  const seen = { connections: 0, toNobody: 0 };
  scene.eachMs(CLOSE_LOOK_EACH_MS, () => {
    for (const node of stayingOf(scene)) {
      seen.connections += degreeOf(node);
      seen.toNobody += vanishedOf(node);
    }
  });
  return seen;
}

function departuresOf(
  leaving: readonly SimulatedNode[],
  { eachMs, goodbye }: { readonly eachMs: number; readonly goodbye: number },
): FaultPlan {
  if (goodbye > 0) return scaleDown({ of: leaving, eachMs });
  const departure = goodbye < 0 ? 'vanish' : 'reset';
  return together(
    ...leaving.map((node, turn) => crash({ of: [node], atMs: turn * eachMs, departure })),
  );
}
