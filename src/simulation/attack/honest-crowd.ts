import type { PeerAddress } from '../../core/support/peer-address.ts';
import { below, SeededRandom, uniform } from '../../core/support/random-source.ts';
import type { ScriptWorld } from '../hostile/scripted-peer.ts';
import { HonestPeer, type HonestLead } from './honest-peer.ts';
import type { HonestPopulation } from './honest-population.ts';
import type { HostPort, ScriptedNetwork } from './scripted-network.ts';

const SAMPLE_MIN = 32;
const SAMPLE_SHARE = 0.25;
const EPOCH_MS = 600_000;
const LATENCY_MS_MIN = 10;
const LATENCY_MS_SPAN = 60;
/** An honest node holds 10 to 16 outbound connections, so it is held by as many. */
const INBOUND_HELD = 16;
const INBOUND_EACH_MS = 180_000;
const INBOUND_STAYS_MS = 6 * 3_600_000;
/** Draws to find a peer that is up. */
const DRAWS_MAX = 8;
/** Of those that go down, how many do so without a goodbye. */
const CRASH_SHARE = 0.3;

export interface CrowdOptions {
  readonly seed: number;
  readonly population: HonestPopulation;
  /** Share of attackers in what an honest node hands out now. */
  readonly gossipShare: () => number;
  readonly anyAttacker: (random: SeededRandom) => string;
  /** What the victim hands out when it is asked. */
  readonly onList: (peers: readonly string[]) => void;
}

/** The honest peers that have come into being, and those that dial the victim of themselves. */
export class HonestCrowd {
  private readonly random: SeededRandom;
  private held = 0;

  constructor(
    private readonly world: ScriptWorld,
    private readonly network: ScriptedNetwork,
    private readonly options: CrowdOptions,
  ) {
    this.random = new SeededRandom(options.seed, 3);
  }

  /** Begins to dial the victim, now and then. */
  dialNowAndThen(victim: PeerAddress): void {
    const { queue } = this.world;
    const waitMs = -INBOUND_EACH_MS * Math.log(1 - uniform(this.random));
    queue.schedule(queue.now + waitMs, () => {
      if (this.held < INBOUND_HELD) this.visit(victim);
      this.dialNowAndThen(victim);
    });
  }

  hostAt(endpoint: PeerAddress): HostPort | 'silent' | undefined {
    const { population } = this.options;
    const index = population.indexOf(endpoint.key);
    if (index === undefined) return undefined;
    // Of those that are down, half leave a host behind that refuses, half leave silence.
    if (!population.isUp(index, this.world.queue.now)) return index % 4 < 2 ? undefined : 'silent';
    return this.appear(index, endpoint);
  }

  latencyMs(ip: Uint8Array): number {
    const mixed = ((ip[1] as number) * 31 + (ip[0] as number) * 17 + (ip[3] as number) * 7) % 64;
    return LATENCY_MS_MIN + (mixed / 64) * LATENCY_MS_SPAN;
  }

  private visit(victim: PeerAddress): void {
    const { population } = this.options;
    const { queue } = this.world;
    for (let draw = 0; draw < DRAWS_MAX; draw += 1) {
      const index = below(this.random, population.addresses.length);
      const address = population.addresses[index] as PeerAddress;
      if (!population.isUp(index, queue.now) || this.network.present(address.key) !== undefined) {
        continue;
      }
      const peer = this.appear(index, address).host as HonestPeer;
      this.held += 1;
      peer.dial(victim);
      const staysMs = -INBOUND_STAYS_MS * Math.log(1 - uniform(this.random));
      queue.schedule(queue.now + staysMs, () => peer.leave());
      return;
    }
  }

  private appear(index: number, address: PeerAddress): HostPort {
    const { queue } = this.world;
    const peer = new HonestPeer(this.world, address, this.lead(index), index);
    const port = this.network.attach(peer, address, false);
    peer.port = port;
    const crashes = (index * 7) % 10 < CRASH_SHARE * 10;
    queue.schedule(this.options.population.downAt(index, queue.now), () => {
      peer.stop(crashes);
      this.network.detach(port);
    });
    return port;
  }

  private lead(index: number): HonestLead {
    const { population } = this.options;
    return {
      isFull: () => population.isFull(index, this.world.queue.now),
      share: (max) => this.share(index, max),
      out: () => {
        this.held -= 1;
      },
      told: this.options.onList,
    };
  }

  /** The same for everybody for ten minutes. */
  private share(index: number, max: number): string[] {
    const { population, seed, gossipShare, anyAttacker } = this.options;
    const epoch = Math.floor(this.world.queue.now / EPOCH_MS);
    const random = new SeededRandom(seed ^ (index * 0x85eb), epoch);
    const attackers = Math.min(gossipShare(), 0.99);
    const known = population.addresses.length / (1 - attackers);
    const size = Math.min(max, Math.max(SAMPLE_MIN, Math.floor(SAMPLE_SHARE * known)));
    const chosen = new Set<string>();
    for (let draw = 0; draw < size; draw += 1) {
      if (uniform(random) < attackers) chosen.add(anyAttacker(random));
      else {
        const at = below(random, population.addresses.length);
        chosen.add((population.addresses[at] as PeerAddress).key);
      }
    }
    return [...chosen];
  }
}
