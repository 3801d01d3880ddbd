import { isLasting } from '../core/session/connection.ts';
import type { SimulatedNode } from './simulated-node.ts';
import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.ts';
import { Scene, seconds } from './scene.ts';

const SETTLE_MS = 20_000;
const WATCHED_MS = 20_000;
const LIST_WITHIN_MS = 2_000;
const CONNECTED_WITHIN_MS = 10_000;

const PARAMETERS = { seed_slots: 8 };

/** Whoever comes to full seeds is shown on. */
export const fullHouse: Scenario = {
  summary: 'A newcomer knows nobody but seeds without a free slot',
  ordinaryMin: 10,
  parameters: PARAMETERS,
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  const scene = new Scene('full-house', options, {
    seedLimits: {
      inboundMax: options.parameters?.['seed_slots'] ?? PARAMETERS.seed_slots,
    },
  });
  const { simulation } = scene;
  simulation.runFor(SETTLE_MS);
  const isFull = (seed: SimulatedNode): boolean =>
    seed.established.slots('inbound') >= seed.identity.limits.inboundMax;
  const full = scene.seeds.filter(isFull).length;
  const newcomer = scene.addNewcomer();
  const seen = watchNewcomer(scene, newcomer);
  newcomer.start();
  simulation.runFor(WATCHED_MS);
  return scene.result(
    {
      full_seeds: full,
      seconds_to_peer_list: seconds(seen.listMs),
      seconds_to_connected: seconds(seen.connectedMs),
      outbound_of_newcomer: newcomer.established.lasting('outbound'),
    },
    [
      { met: full === scene.seeds.length, expected: 'every seed full when the newcomer comes' },
      {
        met: seen.listMs !== undefined && seen.listMs <= LIST_WITHIN_MS,
        expected: `a peer list within ${seconds(LIST_WITHIN_MS)} s`,
      },
      {
        met: seen.connectedMs !== undefined && seen.connectedMs <= CONNECTED_WITHIN_MS,
        expected: `connected within ${seconds(CONNECTED_WITHIN_MS)} s`,
      },
    ],
  );
}

interface Arrival {
  listMs: number | undefined;
  connectedMs: number | undefined;
}

/** When the newcomer gets its first list, and its first connection that is still there a second later. */
function watchNewcomer({ simulation }: Scene, newcomer: SimulatedNode): Arrival {
  const from = simulation.now;
  const arrival: Arrival = { listMs: undefined, connectedMs: undefined };
  simulation.listen((node, event, now) => {
    if (node !== newcomer) return;
    if (event.kind === 'peer-list-received') arrival.listMs ??= now - from;
    if (event.kind !== 'connection-established' || event.direction !== 'outbound') return;
    const { connectionId } = event;
    simulation.at(now + 1_000, () => {
      const end = newcomer.attachment?.connections.get(connectionId);
      const isMeantToStay = isLasting(end?.view) && isLasting(end?.far.view);
      if (isMeantToStay) arrival.connectedMs ??= now - from;
    });
  });
  return arrival;
}
