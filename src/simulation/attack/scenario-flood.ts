import { peerAddressOfIp } from '../../core/support/peer-address.ts';
import { AddressFlooder } from '../hostile/address-flooder.ts';
import type { Scenario, ScenarioOptions, ScenarioResult } from '../scenario.ts';
import type { TraceHash } from '../trace-hash.ts';
import { ScriptedScene, scriptedResult } from './scripted-scene.ts';
import type { Victim } from './victim.ts';

const P2P_PORT = 7_071;
const FLOODER = peerAddressOfIp(Uint8Array.of(60, 1, 1, 1), P2P_PORT);
const LOOK_MS = 60_000;
const KEPT_MAX = 512;

const PARAMETERS = {
  addresses: 100_000,
  /** The node asks at its own pace: 100,000 addresses take hours. */
  hours_max: 48,
  /** Lists that nobody asked for, beside the answers. */
  unsolicited_per_second: 0,
} as const;
type Parameters = { readonly [Name in keyof typeof PARAMETERS]: number };

interface Flooded {
  readonly victim: Victim;
  readonly named: number;
  readonly keptMax: number;
  readonly ms: number;
  readonly trace: TraceHash;
}

/** One peer answers every question with a hundred addresses that nobody has ever heard of. */
export const flood: Scenario = {
  summary: 'One peer floods one node with addresses at which nobody answers',
  ordinaryMin: 0,
  parameters: PARAMETERS,
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  const flooded = floodVictim(options, { ...PARAMETERS, ...options.parameters });
  const { named, keptMax } = flooded;
  const figures = { addresses_named: named, addresses_kept_max: keptMax };
  return scriptedResult('flood', options, { ...flooded, figures }, [
    { met: keptMax <= KEPT_MAX, expected: `at most ${KEPT_MAX} addresses of one source kept` },
  ]);
}

/** A node that has met one flooder, and what it kept of it. */
export function floodVictim(
  options: Pick<ScenarioOptions, 'seed' | 'sha256' | 'createMachine' | 'limits'>,
  parameters: Parameters,
): Flooded {
  // Nobody refuses at an invented address: there is nobody.
  const scene = new ScriptedScene(options, { hostAt: () => 'silent' });
  const { queue, trace } = scene;
  const flooder = scene.add(
    new AddressFlooder(scene.world, FLOODER, {
      addresses: parameters.addresses,
      unsolicitedPerSecond: parameters.unsolicited_per_second,
    }),
  );
  const victim = scene.startVictim([FLOODER]);
  let keptMax = 0;
  const endAt = parameters.hours_max * 3_600_000;
  while (flooder.named < parameters.addresses && queue.now < endAt) {
    scene.runFor(LOOK_MS);
    keptMax = Math.max(keptMax, victim.machine.snapshot(queue.now).book.newEntries);
  }
  return { victim, named: flooder.named, keptMax, ms: queue.now, trace };
}
