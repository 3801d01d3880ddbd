import type { SimulatedNode } from './simulated-node.ts';
import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.ts';
import { Scene, seconds } from './scene.ts';

const WITHIN_MS = 60_000;
const LOOK_EACH_MS = 2_000;
const KNOWN_SHARE = 0.95;
/** More than any network of this scenario has nodes. */
const PAGE = 10_000;

/** Everybody hears of nearly everybody. */
export const coverage: Scenario = {
  summary: 'How soon each node knows of the others',
  ordinaryMin: 0,
  parameters: {},
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  const scene = new Scene('coverage', options);
  const { simulation } = scene;
  let coveredMs: number | undefined;
  const shares = (): number[] => simulation.running.map((node) => knownShare(node, scene));
  scene.eachMs(LOOK_EACH_MS, () => {
    const isCovered = Math.min(...shares()) >= KNOWN_SHARE;
    coveredMs = isCovered ? (coveredMs ?? simulation.now) : undefined;
  });
  simulation.runFor(WITHIN_MS);
  const known = shares();
  return scene.result(
    {
      seconds_to_covered: seconds(coveredMs),
      known_share_min: Math.min(...known),
      known_share_mean: known.reduce((sum, share) => sum + share, 0) / known.length,
    },
    [
      {
        met: coveredMs !== undefined,
        expected: `everybody knows ${100 * KNOWN_SHARE} % of the others within ${seconds(WITHIN_MS)} s`,
      },
    ],
  );
}

/** Of the other running nodes, those in this one's address book. */
function knownShare(node: SimulatedNode, { simulation }: Scene): number {
  const page = node.machine?.book({ limit: PAGE }, simulation.now);
  const known = new Set(page?.entries.map((entry) => entry.address));
  const others = simulation.running.filter((other) => other !== node);
  return others.filter((other) => known.has(other.address.key)).length / others.length;
}
