import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.ts';
import { Scene } from './scene.ts';

const MINUTE_MS = 60_000;
/** From here on the mesh has formed, and nothing happens that could disturb it. */
const FORMED_MS = MINUTE_MS;
const LOOK_EACH_MS = 2_000;

const PARAMETERS = { minutes: 10 };

/** A network to which nothing happens stays what it is. */
export const steady: Scenario = {
  summary: 'Nothing happens: a mesh forms and stays',
  ordinaryMin: 0,
  parameters: PARAMETERS,
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  const scene = new Scene('steady', options);
  const { simulation } = scene;
  const { minutes } = scene.parametersOf(PARAMETERS);
  simulation.runFor(FORMED_MS);
  let componentsMax = 0;
  let atMinimumMin = options.nodes;
  scene.eachMs(LOOK_EACH_MS, () => {
    const mesh = scene.mesh();
    componentsMax = Math.max(componentsMax, mesh.components);
    atMinimumMin = Math.min(atMinimumMin, mesh.atMinimum);
  });
  simulation.runFor(minutes * MINUTE_MS - FORMED_MS);
  return scene.result(
    {
      components_max: componentsMax,
      at_minimum_min: atMinimumMin,
      minutes,
    },
    [
      {
        met: componentsMax === 1,
        expected: 'one component every two seconds after the first minute',
      },
      {
        met: atMinimumMin === options.nodes,
        expected: 'everybody at the minimum every two seconds after the first minute',
      },
    ],
  );
}
