import { below } from '../core/support/random-source.ts';
import { stall } from './faults/clocks.ts';
import { isAtMinimum } from './mesh.ts';
import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.ts';
import { Scene, seconds } from './scene.ts';
import type { SimulatedNode } from './simulated-node.ts';

/** Long enough for peers that are proven. */
const SETTLE_MS = 60_000;
const WATCHED_MS = 30_000;
const BACK_WITHIN_MS = 5_000;

/** How silence is called. */
const LATE: ReadonlySet<string> = new Set(['timeout', 'dial-timeout']);

const PARAMETERS = {
  /** Each: a ping is due after it, and the peers still wait for their answers. */
  seconds: 25,
  stalls: 4,
  /** Between two of them: less than a round trip. */
  awake_ms: 10,
};

/** A process that stands still does not blame its peers for it: all of them are there all the time. */
export const stalledProcess: Scenario = {
  summary: 'The process of one node stands still, and runs for a moment in between',
  ordinaryMin: 2,
  parameters: PARAMETERS,
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  const scene = new Scene('stall', options);
  const { simulation } = scene;
  const plan = scene.parametersOf(PARAMETERS);
  simulation.runFor(SETTLE_MS);
  const { ordinary } = scene;
  const node = ordinary[below(simulation.random, ordinary.length)] as SimulatedNode;
  const blamed = watchBlame(scene, node);
  const held = node.established.lasting('outbound') + node.established.lasting('inbound');
  const forMs = plan.seconds * 1_000;
  for (let turn = 0; turn < plan.stalls; turn += 1) {
    stall({ of: [node], forMs })(simulation);
    simulation.runFor(forMs + plan.awake_ms);
  }
  const { goodAfterMs } = scene.watch((mesh) => isAtMinimum(node, mesh.nodes), WATCHED_MS);
  return scene.result(
    {
      connections_before: held,
      connections_wrongly_ended: blamed.ended,
      dials_wrongly_failed: blamed.dials,
      connections_ended_by_others: blamed.byOthers,
      seconds_to_minimum: seconds(goodAfterMs),
    },
    [
      { met: held > 0, expected: 'peers to blame' },
      { met: blamed.ended + blamed.dials === 0, expected: 'nobody blamed for the own silence' },
      {
        met: goodAfterMs !== undefined && goodAfterMs <= BACK_WITHIN_MS,
        expected: `at the minimum within ${seconds(BACK_WITHIN_MS)} s of the last stall`,
      },
    ],
  );
}

interface Blame {
  ended: number;
  dials: number;
  byOthers: number;
}

/** What the node takes for the silence of others, while nobody is silent. */
function watchBlame({ simulation }: Scene, watched: SimulatedNode): Blame {
  const blame: Blame = { ended: 0, dials: 0, byOthers: 0 };
  simulation.listen((node, event) => {
    if (node !== watched) return;
    if (event.kind === 'dial-finished' && LATE.has(event.outcome)) blame.dials += 1;
    if (event.kind !== 'disconnected' || !LATE.has(event.reason)) return;
    if (event.by === 'local') blame.ended += 1;
    else blame.byOthers += 1;
  });
  return blame;
}
