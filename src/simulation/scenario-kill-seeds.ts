import { isWhole } from './mesh.ts';
import type { ScenarioOptions, ScenarioResult } from './scenario.ts';
import { Scene, seconds } from './scene.ts';

/** The network has settled: lists exchanged, claimed addresses verified. */
const SETTLE_MS = 20_000;
const WATCHED_MS = 20_000;
/** 99 % of the survivors are back at the minimum this long after the seeds died. */
const REGAINED_WITHIN_MS = 5_000;
const REGAINED_SHARE = 0.99;

/** Every seed dies at once: the survivors stay one mesh and make up for what they lost. */
export function killSeeds(options: ScenarioOptions): ScenarioResult {
  const scene = new Scene('kill-seeds', options);
  const { simulation } = scene;
  simulation.runFor(SETTLE_MS);
  const before = scene.mesh();
  for (const seed of scene.seeds) seed.crash('reset');
  const killedAt = simulation.now;
  let componentsMax = 0;
  let regainedMs: number | undefined;
  simulation.runUntil(() => {
    const mesh = scene.mesh();
    componentsMax = Math.max(componentsMax, mesh.components);
    if (mesh.atMinimum >= REGAINED_SHARE * mesh.nodes) regainedMs ??= simulation.now - killedAt;
    else regainedMs = undefined;
    return false;
  }, WATCHED_MS);
  const after = scene.mesh();
  return scene.result(
    {
      survivors: after.nodes,
      components_max: componentsMax,
      seconds_to_regain: seconds(regainedMs),
      at_minimum: after.atMinimum,
    },
    [
      { met: isWhole(before), expected: 'one component at the minimum before the seeds die' },
      { met: componentsMax <= 1, expected: 'survivors in one component in every sample' },
      {
        met: regainedMs !== undefined && regainedMs <= REGAINED_WITHIN_MS,
        expected: `minimum regained within ${seconds(REGAINED_WITHIN_MS)} s and kept`,
      },
      { met: isWhole(after), expected: 'one component at the minimum at the end' },
    ],
  );
}
