import type { PeerSource } from '../core/address-book/vocabulary.ts';
import { below, shuffle } from '../core/support/random-source.ts';
import { isWhole } from './mesh.ts';
import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.ts';
import { Scene, seconds } from './scene.ts';
import type { SimulatedNode } from './simulated-node.ts';

const PARAMETERS = {
  /** Of the peers that the node has stored, those that die too: half refuse, half are silent. */
  dead_share: 0,
};

const SETTLE_MS = 20_000;
/** The node stays away this long. */
const AWAY_MS = 5_000;
const WATCHED_MS = 20_000;
const CONNECTED_WITHIN_MS = 15_000;

interface Comeback {
  loaded: number;
  connectedMs: number | undefined;
  /** Sources of the dials that ended before the first connection. */
  readonly sourcesBefore: Set<PeerSource>;
}

/** Every seed dies, and one node crashes and returns: its stored peers bring it back. */
export const restart: Scenario = {
  summary: 'Every seed dies, and one node crashes and returns',
  ordinaryMin: 2,
  parameters: PARAMETERS,
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  const scene = new Scene('restart', options);
  const { simulation } = scene;
  simulation.runFor(SETTLE_MS);
  const before = scene.mesh();
  const { ordinary } = scene;
  const node = ordinary[below(simulation.random, ordinary.length)] as SimulatedNode;
  for (const seed of scene.seeds) seed.crash('reset');
  node.crash('reset');
  const stored = node.store.keys();
  const { dead_share: deadShare } = scene.parametersOf(PARAMETERS);
  const dead = killStored(scene, stored, deadShare);
  simulation.runFor(AWAY_MS);
  const comeback = watchComeback(scene, node);
  node.start();
  simulation.runFor(WATCHED_MS);
  const { loaded, connectedMs, sourcesBefore } = comeback;
  return scene.result(
    {
      stored_peers: stored.length,
      stored_peers_dead: dead,
      loaded_peers: loaded,
      seconds_to_connected: seconds(connectedMs),
      seeds_dialled_before_connected: sourcesBefore.has('seed'),
    },
    [
      { met: isWhole(before), expected: 'one component at the minimum before the restart' },
      {
        met: stored.length > 0 && loaded === stored.length,
        expected: 'every stored peer loaded, at least one',
      },
      {
        met: connectedMs !== undefined && connectedMs <= CONNECTED_WITHIN_MS,
        expected: `connected within ${seconds(CONNECTED_WITHIN_MS)} s of the restart`,
      },
      { met: !sourcesBefore.has('seed'), expected: 'stored peers dialled before seeds' },
      {
        met: dead > 0 || isWhole(scene.mesh()),
        expected: 'one component at the minimum at the end',
      },
    ],
  );
}

/** @returns how many have died, the seeds among them not counted */
function killStored(scene: Scene, stored: readonly string[], share: number): number {
  const { simulation } = scene;
  const known = simulation.running.filter((node) => stored.includes(node.address.key));
  const victims = shuffle(simulation.random, known).slice(0, Math.round(share * known.length));
  for (const [index, victim] of victims.entries()) {
    victim.crash(index % 2 === 0 ? 'reset' : 'vanish');
  }
  return victims.length;
}

function watchComeback(scene: Scene, watched: SimulatedNode): Comeback {
  const from = scene.simulation.now;
  const comeback: Comeback = { loaded: 0, connectedMs: undefined, sourcesBefore: new Set() };
  scene.simulation.listen((node, event, now) => {
    if (node !== watched || comeback.connectedMs !== undefined) return;
    if (event.kind === 'peers-loaded') comeback.loaded = event.count;
    if (event.kind === 'dial-finished') comeback.sourcesBefore.add(event.source);
    if (event.kind === 'connection-established' && event.direction === 'outbound') {
      comeback.connectedMs = now - from;
    }
  });
  return comeback;
}
