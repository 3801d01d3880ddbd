import { peerAddressOfIp } from '../../core/support/peer-address.ts';
import { Offender } from '../hostile/offender.ts';
import { ScriptedPeer } from '../hostile/scripted-peer.ts';
import type { Scenario, ScenarioOptions, ScenarioResult } from '../scenario.ts';
import { ScriptedScene, scriptedResult } from './scripted-scene.ts';

const P2P_PORT = 7_071;
const SEED = peerAddressOfIp(Uint8Array.of(60, 1, 1, 1), P2P_PORT);
const OFFENDER = peerAddressOfIp(Uint8Array.of(61, 1, 1, 1), P2P_PORT);
const SETTLE_MS = 5_000;
const HOUR_MS = 3_600_000;
const LISTS_PER_HOUR_MAX = 20;

const PARAMETERS = { hours: 2 };

/** Who does the same wrong again and again is sent away, and in the end stays away. */
export const misbehave: Scenario = {
  summary: 'One peer sends lists that nobody asked for, and comes back when it is sent away',
  ordinaryMin: 0,
  parameters: PARAMETERS,
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  const { hours } = { ...PARAMETERS, ...options.parameters };
  const scene = new ScriptedScene(options);
  const { world, trace, queue } = scene;
  scene.add(new ScriptedPeer(world, SEED));
  const offender = scene.add(new Offender(world, OFFENDER));
  const victim = scene.startVictim([SEED]);
  scene.runFor(SETTLE_MS);
  offender.pester(victim.address);
  scene.runFor(hours * HOUR_MS);
  const figures = {
    lists_taken_per_hour: offender.lists / hours,
    visits_per_hour: offender.visits / hours,
    bans: victim.machine.bans().length,
    honest_peers: victim.neighbours('outbound').length,
  };
  return scriptedResult('misbehave', options, { trace, ms: queue.now, figures }, [
    {
      met: figures.lists_taken_per_hour <= LISTS_PER_HOUR_MAX,
      expected: `at most ${LISTS_PER_HOUR_MAX} unasked lists an hour`,
    },
    { met: figures.honest_peers === 1, expected: 'the honest peer still there' },
  ]);
}
