import { scaleDown } from './faults/departures.ts';
import { degreeOf, isWhole } from './mesh.ts';
import type { SimulatedNode } from './simulated-node.ts';
import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.ts';
import { Scene } from './scene.ts';

const SETTLE_MS = 20_000;
const LOOK_EACH_MS = 1_000;
const WATCHED_MS = 20_000;

const PARAMETERS = {
  survivors: 3,
  each_seconds: 2,
  /** 1: those who leave are the first nodes, the seeds among them. */
  first_leave: 0,
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
  scaleDown({ of: leaving, eachMs })(simulation);
  const { outboundMin } = { outboundMin: simulation.nodes[0]?.identity.limits.outboundMin ?? 0 };
  let missingMax = 0;
  scene.eachMs(LOOK_EACH_MS, () => {
    const staying = simulation.running.filter((node) => !node.isLeaving);
    const wanted = Math.min(outboundMin, staying.length - 1);
    const missing = (node: SimulatedNode): number => wanted - degreeOf(node);
    missingMax = Math.max(missingMax, ...staying.map(missing));
  });
  simulation.runFor(leaving.length * eachMs + WATCHED_MS);
  return scene.result({ left: leaving.length, connections_missing_max: missingMax }, [
    { met: isWhole(before), expected: 'one component at the minimum before' },
    {
      met: missingMax === 0,
      expected: `nobody below ${outboundMin} connections, or all others, at any second`,
    },
    { met: isWhole(scene.mesh()), expected: 'one component at the end' },
  ]);
}
