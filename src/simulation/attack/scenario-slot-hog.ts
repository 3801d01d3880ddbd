import { peerAddressOfIp, type PeerAddress } from '../../core/support/peer-address.ts';
import { uniform } from '../../core/support/random-source.ts';
import { AttackerPool, isAttackers } from '../hostile/attacker-pool.ts';
import { ScriptedPeer } from '../hostile/scripted-peer.ts';
import { SlotHogger } from '../hostile/slot-hogger.ts';
import type { Scenario, ScenarioOptions, ScenarioResult } from '../scenario.ts';
import { ScriptedScene, scriptedResult } from './scripted-scene.ts';
import { UnreachablePeer } from './unreachable-peer.ts';

const P2P_PORT = 7_071;
const SETTLE_MS = 60_000;
/** All newcomers come within this long. */
const ARRIVALS_MS = 10_000;
const WATCHED_MS = 60_000;

const PARAMETERS = {
  /** Sixteen connections of each group are let in: together they are all slots. */
  attacker_groups: 4,
  addresses_per_group: 4,
  connections_per_address: 4,
  newcomers: 8,
};

/** All inbound slots are one attacker's: who comes from another network still finds a place. */
export const slotHog: Scenario = {
  summary: 'An attacker of few networks holds every inbound slot of one node',
  ordinaryMin: 0,
  parameters: PARAMETERS,
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  const plan = { ...PARAMETERS, ...options.parameters };
  const scene = new ScriptedScene(options);
  const { world, queue, random } = scene;
  const seed = scene.add(new ScriptedPeer(world, honestAddress(0)));
  const victim = scene.startVictim([seed.address]);
  const pool = new AttackerPool(
    plan.attacker_groups * plan.addresses_per_group,
    plan.attacker_groups,
  );
  const hoggers = Array.from({ length: pool.count }, (_, index) =>
    scene.add(new SlotHogger(world, pool.address(index))),
  );
  scene.eachSecond(() => {
    for (const hogger of hoggers) {
      hogger.besiege(victim.address, plan.connections_per_address - hogger.links.size);
    }
  });
  scene.runFor(SETTLE_MS);
  const hogged = victim.neighbours('inbound').filter(isAttackers).length;
  for (let number = 1; number <= plan.newcomers; number += 1) {
    const newcomer = scene.add(new UnreachablePeer(world, honestAddress(number)));
    const at = queue.now + uniform(random) * ARRIVALS_MS;
    queue.schedule(at, () => newcomer.dial(victim.address));
  }
  scene.runFor(ARRIVALS_MS + WATCHED_MS);
  const letIn = victim.neighbours('inbound').filter((ip) => !isAttackers(ip)).length;
  const { inboundMax } = victim.limits;
  const turnedAway = plan.newcomers - letIn;
  const figures = {
    slots_hogged: hogged,
    newcomers_let_in: letIn,
    newcomers_turned_away: turnedAway,
  };
  return scriptedResult('slot-hog', options, { trace: scene.trace, ms: queue.now, figures }, [
    { met: hogged === inboundMax, expected: 'every inbound slot the attacker\u2019s' },
    { met: turnedAway === 0, expected: 'every newcomer let in, and still there' },
  ]);
}

/** Each in a /16 of its own. */
function honestAddress(number: number): PeerAddress {
  return peerAddressOfIp(Uint8Array.of(20 + (number % 80), 1, 1, 10), P2P_PORT);
}
