import { peerAddressOfIp } from '../../core/support/peer-address.ts';
import { shuffle, uniform, type SeededRandom } from '../../core/support/random-source.ts';
import { inventedAddress } from '../hostile/address-flooder.ts';
import { Liar } from '../hostile/liar.ts';
import { ScriptedPeer } from '../hostile/scripted-peer.ts';
import type { Scenario, ScenarioOptions, ScenarioResult } from '../scenario.ts';
import { TraceHash } from '../trace-hash.ts';
import { ScriptedScene, scriptedResult } from './scripted-scene.ts';
import { UnreachablePeer } from './unreachable-peer.ts';
import type { Victim } from './victim.ts';

const P2P_PORT = 7_071;
/** Where the liars say that the node is seen. */
const FALSE_ADDRESS = inventedAddress(300);
const CALLER = peerAddressOfIp(Uint8Array.of(90, 1, 1, 10), P2P_PORT);
/** All votes are in, and what they say has been dialled. */
const SETTLE_MS = 60_000;
const ASKED_MS = 5_000;
const LATENCY_MS_MIN = 10;
const LATENCY_MS_SPAN = 40;

const PARAMETERS = {
  /** Each with peers of its own. */
  victims: 20,
  peers: 10,
  liars: 2,
  /** 1: whoever dials the false address meets the node itself, as if nothing had been dialled at all. */
  mirror: 0,
};
type Parameters = typeof PARAMETERS;

/** Peers that name a wrong address do not make a node pass it on as its own. */
export const falseAddress: Scenario = {
  summary: 'Some peers of a node say that they see it at the address of another',
  ordinaryMin: 0,
  parameters: PARAMETERS,
  run,
};

interface Outcome {
  readonly isWrong: boolean;
  readonly isFalseDialled: boolean;
}

function run(options: ScenarioOptions): ScenarioResult {
  const plan = { ...PARAMETERS, ...options.parameters };
  const trace = new TraceHash();
  const outcomes = Array.from({ length: plan.victims }, (_, number) => {
    const seed = (options.seed * plan.victims + number) >>> 0;
    return deceive({ ...options, seed }, plan, trace);
  });
  const wrong = outcomes.filter(({ isWrong }) => isWrong).length;
  const figures = {
    nodes_with_a_wrong_address: wrong,
    nodes_that_dialled_it: outcomes.filter(({ isFalseDialled }) => isFalseDialled).length,
  };
  return scriptedResult('false-address', options, { trace, ms: SETTLE_MS + ASKED_MS, figures }, [
    { met: wrong === 0, expected: 'nobody who names a wrong address as its own' },
  ]);
}

/** One node among its peers, and what it tells somebody who comes later. */
function deceive(options: ScenarioOptions, plan: Parameters, trace: TraceHash): Outcome {
  const ways = new Map<string, number>();
  let isFalseDialled = false;
  const scene: ScriptedScene = new ScriptedScene(
    options,
    {
      hostAt: ({ key }) => {
        isFalseDialled ||= key === FALSE_ADDRESS.key;
        return plan.mirror > 0 && key === FALSE_ADDRESS.key ? victim.port : undefined;
      },
      latencyMs: (ip) => latencyOf(ip, ways, scene.random),
    },
    trace,
  );
  const victim: Victim = scene.startVictim(peersOf(scene, plan));
  scene.runFor(SETTLE_MS);
  const caller = scene.add(new UnreachablePeer(scene.world, CALLER));
  caller.dial(victim.address);
  scene.runFor(ASKED_MS);
  const isWrong = caller.toldAddresses.some((address) => address !== victim.address.key);
  return { isWrong, isFalseDialled };
}

/** Each in a /16 of its own, the liars among them anywhere. */
function peersOf(scene: ScriptedScene, { peers, liars }: Parameters): ScriptedPeer['address'][] {
  const numbers = shuffle(
    scene.random,
    Array.from({ length: peers }, (_, number) => number),
  );
  return numbers.map((number) => {
    const address = peerAddressOfIp(Uint8Array.of(20 + number, 1, 1, 10), P2P_PORT);
    const peer =
      number < liars
        ? new Liar(scene.world, address, 'observation', [FALSE_ADDRESS])
        : new ScriptedPeer(scene.world, address);
    return scene.add(peer).address;
  });
}

function latencyOf(ip: Uint8Array, ways: Map<string, number>, random: SeededRandom): number {
  const key = ip.join('.');
  const known = ways.get(key) ?? LATENCY_MS_MIN + uniform(random) * LATENCY_MS_SPAN;
  ways.set(key, known);
  return known;
}
