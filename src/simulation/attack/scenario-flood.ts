import { DEFAULT_LIMITS } from '../../core/support/limits.ts';
import { peerAddressOfIp } from '../../core/support/peer-address.ts';
import { SeededRandom } from '../../core/support/random-source.ts';
import { EventQueue } from '../event-queue.ts';
import { AddressFlooder } from '../hostile/address-flooder.ts';
import { spreadOf } from '../graph.ts';
import type { Scenario, ScenarioOptions, ScenarioResult } from '../scenario.ts';
import { TraceHash } from '../trace-hash.ts';
import { ScriptedNetwork } from './scripted-network.ts';
import { Victim } from './victim.ts';

const P2P_PORT = 7_071;
const FLOODER = peerAddressOfIp(Uint8Array.of(60, 1, 1, 1), P2P_PORT);
const LATENCY_MS = 20;
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
}

/** One peer answers every question with a hundred addresses that nobody has ever heard of. */
export const flood: Scenario = {
  summary: 'One peer floods one node with addresses at which nobody answers',
  ordinaryMin: 0,
  parameters: PARAMETERS,
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  return resultOf(options, floodVictim(options, { ...PARAMETERS, ...options.parameters }));
}

/** A node that has met one flooder, and what it kept of it. */
export function floodVictim(
  options: Pick<ScenarioOptions, 'seed' | 'sha256' | 'createMachine' | 'limits'>,
  parameters: Parameters,
): Flooded {
  const queue = new EventQueue();
  const world = {
    queue,
    random: new SeededRandom(options.seed, 4),
    chainId: 'testnet',
    genesisHash: new Uint8Array(32).fill(7),
  };
  const flooder = new AddressFlooder(world, FLOODER, {
    addresses: parameters.addresses,
    unsolicitedPerSecond: parameters.unsolicited_per_second,
  });
  const network = new ScriptedNetwork(queue, {
    hostAt: () => 'silent',
    latencyMs: () => LATENCY_MS,
  });
  flooder.port = network.attach(flooder, FLOODER, true);
  const victim = new Victim(world, network, {
    ...options,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    seeds: [FLOODER],
    store: { peers: [], documents: {} },
  });
  victim.start();
  let keptMax = 0;
  const endAt = parameters.hours_max * 3_600_000;
  while (flooder.named < parameters.addresses && queue.now < endAt) {
    runUntil(queue, queue.now + LOOK_MS);
    keptMax = Math.max(keptMax, victim.machine.snapshot(queue.now).book.newEntries);
  }
  return { victim, named: flooder.named, keptMax, ms: queue.now };
}

function runUntil(queue: EventQueue, untilMs: number): void {
  for (let at = queue.nextAt; at !== undefined && at <= untilMs; at = queue.nextAt) queue.step();
  queue.advanceTo(untilMs);
}

function resultOf(
  { seed, parameters = {} }: ScenarioOptions,
  { named, keptMax, ms }: Flooded,
): ScenarioResult {
  const trace = new TraceHash();
  trace.add([named, keptMax, ms]);
  const isKept = keptMax <= KEPT_MAX;
  const flags = Object.entries(parameters).map(([name, value]) => ` --set ${name}=${value}`);
  return {
    scenario: 'flood',
    nodes: 1,
    seeds: 1,
    seed,
    ok: isKept,
    trace_hash: trace.hex(),
    components: 1,
    outbound: spreadOf([]),
    virtual_seconds: ms / 1_000,
    figures: { addresses_named: named, addresses_kept_max: keptMax },
    missed: isKept ? [] : [`at most ${KEPT_MAX} addresses of one source kept`],
    violations: [],
    replay: `npm run simulate -- --scenario flood --seed ${seed}${flags.join('')}`,
  };
}
