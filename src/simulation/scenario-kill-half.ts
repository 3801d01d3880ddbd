import { shuffle } from '../core/support/random-source.ts';
import { isWhole } from './mesh.ts';
import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.ts';
import { Scene, seconds } from './scene.ts';

const SETTLE_MS = 20_000;
/** Between the death of the seeds and that of half of the others. */
const PAUSE_MS = 10_000;
const WATCHED_MS = 30_000;
const MINUTE_MS = 60_000;
const REGAINED_WITHIN_MS = 15_000;

/** The seeds are dead, and half of the others die at once: the rest stays a mesh and fills up again. */
export const killHalf: Scenario = {
  summary: 'The seeds die, then half of the others at once',
  ordinaryMin: 4,
  parameters: {},
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  const scene = new Scene('kill-half', options);
  const { simulation } = scene;
  simulation.runFor(SETTLE_MS);
  const before = scene.mesh();
  for (const seed of scene.seeds) seed.crash('reset');
  simulation.runFor(PAUSE_MS);
  const { ordinary } = scene;
  const victims = shuffle(simulation.random, [...ordinary]).slice(
    0,
    Math.floor(ordinary.length / 2),
  );
  for (const victim of victims) victim.crash('reset');
  const dials = countDeadDials(scene);
  const { goodAfterMs, componentsMax } = scene.watch(isWhole, WATCHED_MS);
  const after = scene.mesh();
  return scene.result(
    {
      survivors: after.nodes,
      components_max: componentsMax,
      seconds_to_regain: seconds(goodAfterMs),
      at_minimum: after.atMinimum,
      dials_to_dead_per_node_minute: dials.toDead / after.nodes / (WATCHED_MS / MINUTE_MS),
    },
    [
      { met: isWhole(before), expected: 'one component at the minimum before anybody dies' },
      { met: componentsMax <= 1, expected: 'survivors in one component in every sample' },
      {
        met: goodAfterMs !== undefined && goodAfterMs <= REGAINED_WITHIN_MS,
        expected: `everybody at the minimum within ${seconds(REGAINED_WITHIN_MS)} s and for good`,
      },
    ],
  );
}

/** Dials that end from now on at addresses of nodes that are dead. */
function countDeadDials({ simulation }: Scene): { toDead: number } {
  const dead = new Set(
    simulation.nodes.filter((node) => !node.isAlive).map((node): string => node.address.key),
  );
  const dials = { toDead: 0 };
  simulation.listen((_node, event) => {
    if (event.kind === 'dial-finished' && dead.has(event.address)) dials.toDead += 1;
  });
  return dials;
}
