import { DEFAULT_LIMITS } from '../../core/support/limits.ts';
import type { PeerAddress } from '../../core/support/peer-address.ts';
import { SeededRandom } from '../../core/support/random-source.ts';
import { EventQueue } from '../event-queue.ts';
import { spreadOf } from '../graph.ts';
import type { ScriptedPeer, ScriptWorld } from '../hostile/scripted-peer.ts';
import { settingFlags } from '../replay.ts';
import type {
  Demand,
  Figures,
  ScenarioName,
  ScenarioOptions,
  ScenarioResult,
} from '../scenario.ts';
import { TraceHash } from '../trace-hash.ts';
import { ScriptedNetwork, type HostDirectory } from './scripted-network.ts';
import { Victim } from './victim.ts';

const LATENCY_MS = 20;
const SECOND_MS = 1_000;
/** Of the seed's streams, the one of the scripted peers. */
const PEERS_STREAM = 4;

type SceneOptions = Pick<ScenarioOptions, 'seed' | 'sha256' | 'createMachine' | 'limits'>;

/** One real node among scripted peers; its events are the trace of the run. */
export class ScriptedScene {
  readonly queue = new EventQueue();
  readonly random: SeededRandom;
  readonly world: ScriptWorld;
  readonly network: ScriptedNetwork;

  constructor(
    private readonly options: SceneOptions,
    directory: Partial<HostDirectory> = {},
    readonly trace = new TraceHash(),
  ) {
    const { queue } = this;
    this.random = new SeededRandom(options.seed, PEERS_STREAM);
    this.world = {
      queue,
      random: this.random,
      chainId: 'testnet',
      genesisHash: new Uint8Array(32).fill(7),
    };
    const nobody = { hostAt: () => undefined, latencyMs: () => LATENCY_MS };
    this.network = new ScriptedNetwork(queue, { ...nobody, ...directory });
  }

  add<Peer extends ScriptedPeer>(peer: Peer): Peer {
    peer.port = this.network.attach(peer, peer.address, true);
    return peer;
  }

  /** The node, without a history; it starts at once. */
  startVictim(seeds: readonly PeerAddress[]): Victim {
    const { options, trace } = this;
    const victim = new Victim(this.world, this.network, {
      ...options,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      seeds,
      store: { peers: [], documents: {} },
      onEvent: (event, now) => {
        trace.addNumber(now);
        trace.add(event);
      },
    });
    victim.start();
    return victim;
  }

  /** From now on `act` is called each second. */
  eachSecond(act: () => void): void {
    const { queue } = this;
    const again = (): void => {
      act();
      queue.schedule(queue.now + SECOND_MS, again);
    };
    again();
  }

  runFor(ms: number): void {
    const { queue } = this;
    const untilMs = queue.now + ms;
    for (let at = queue.nextAt; at !== undefined && at <= untilMs; at = queue.nextAt) queue.step();
    queue.advanceTo(untilMs);
  }
}

/** @param run its trace, and how long it was */
export function scriptedResult(
  name: ScenarioName,
  options: ScenarioOptions,
  run: { readonly trace: TraceHash; readonly ms: number; readonly figures: Figures },
  demands: readonly Demand[],
): ScenarioResult {
  const { seed } = options;
  const missed = demands.filter((demand) => !demand.met).map((demand) => demand.expected);
  const flags = [`--scenario ${name}`, `--seed ${seed}`, ...settingFlags(options)];
  return {
    scenario: name,
    nodes: 1,
    seeds: 1,
    seed,
    ok: missed.length === 0,
    trace_hash: run.trace.hex(),
    components: 1,
    outbound: spreadOf([]),
    virtual_seconds: run.ms / SECOND_MS,
    figures: run.figures,
    missed,
    violations: [],
    replay: `npm run simulate -- ${flags.join(' ')}`,
  };
}
