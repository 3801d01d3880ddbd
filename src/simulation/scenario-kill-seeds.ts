import { isWhole } from './mesh.ts';
import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.ts';
import { Scene, seconds } from './scene.ts';

/** The network has settled: lists exchanged, claimed addresses verified. */
const SETTLE_MS = 20_000;
const WATCHED_MS = 20_000;
/** 99 % of the survivors are back at the minimum this long after the seeds died. */
const REGAINED_WITHIN_MS = 5_000;
const REGAINED_SHARE = 0.99;

/** The survivors stay one mesh and make up for what they lost. */
export const killSeeds: Scenario = {
  summary: 'Every seed dies at once',
  ordinaryMin: 2,
  parameters: {},
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  const scene = new Scene('kill-seeds', options);
  scene.simulation.runFor(SETTLE_MS);
  const before = scene.mesh();
  for (const seed of scene.seeds) seed.crash('reset');
  const { goodAfterMs, componentsMax } = scene.watch(
    (mesh) => mesh.atMinimum >= REGAINED_SHARE * mesh.nodes,
    WATCHED_MS,
  );
  const after = scene.mesh();
  return scene.result(
    {
      survivors: after.nodes,
      components_max: componentsMax,
      seconds_to_regain: seconds(goodAfterMs),
      at_minimum: after.atMinimum,
    },
    [
      { met: isWhole(before), expected: 'one component at the minimum before the seeds die' },
      { met: componentsMax <= 1, expected: 'survivors in one component in every sample' },
      {
        met: goodAfterMs !== undefined && goodAfterMs <= REGAINED_WITHIN_MS,
        expected: `minimum regained within ${seconds(REGAINED_WITHIN_MS)} s and kept`,
      },
      { met: isWhole(after), expected: 'one component at the minimum at the end' },
    ],
  );
}
