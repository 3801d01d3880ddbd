import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.ts';
import { Scene, seconds } from './scene.ts';

const PARAMETERS = { settled_seconds: 300, records: 1 };
const WITHIN_MS = 10_000;
const LOOK_EACH_MS = 100;
/** When each tells two others, a word reaches four in five: x = 1 − e^(−2x). */
const KNOWN_SHARE = 0.7;
/** More than any network of this scenario has nodes. */
const PAGE = 10_000;

/** The network has settled, peers are asked once a minute: the newcomer's own word has to do it. */
export const newcomer: Scenario = {
  summary: 'How soon a settled network knows of one that joins',
  ordinaryMin: 1,
  parameters: PARAMETERS,
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  const scene = new Scene('newcomer', options, {
    hasRecords: options.parameters?.['records'] !== 0,
  });
  const { simulation } = scene;
  simulation.runFor(scene.parametersOf(PARAMETERS).settled_seconds * 1_000);
  const others = simulation.running;
  const joined = scene.addNewcomer();
  joined.start();
  const since = simulation.now;
  let knownMs: number | undefined;
  const share = (): number => {
    const knowing = others.filter((node) => {
      const page = node.machine?.book({ limit: PAGE }, simulation.now);
      return page?.entries.some((entry) => entry.address === joined.address.key) === true;
    });
    return knowing.length / others.length;
  };
  scene.eachMs(LOOK_EACH_MS, () => {
    if (share() >= KNOWN_SHARE) knownMs ??= simulation.now - since;
  });
  simulation.runFor(WITHIN_MS);
  return scene.result({ seconds_to_known: seconds(knownMs), known_share: share() }, [
    {
      met: knownMs !== undefined,
      expected: `${100 * KNOWN_SHARE} % know the newcomer within ${seconds(WITHIN_MS)} s`,
    },
  ]);
}
