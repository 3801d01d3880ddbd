import type { NodeEvent } from '../../core/node/events.ts';
import type { Millis } from '../../core/support/brand.ts';
import { DEFAULT_LIMITS } from '../../core/support/limits.ts';
import type { PeerAddress } from '../../core/support/peer-address.ts';
import { below, SeededRandom } from '../../core/support/random-source.ts';
import { EventQueue } from '../event-queue.ts';
import { AttackerPool, isAttackers, isAttackersKey } from '../hostile/attacker-pool.ts';
import type { ScriptWorld } from '../hostile/scripted-peer.ts';
import type { AttackPlan, AttackTools } from './attack-plan.ts';
import { HonestCrowd } from './honest-crowd.ts';
import { HonestPeer } from './honest-peer.ts';
import type { HonestPopulation } from './honest-population.ts';
import { ScriptedNetwork } from './scripted-network.ts';
import { Siege } from './siege.ts';
import { Victim, type StoreImage } from './victim.ts';

const CHAIN_ID = 'testnet';
const GENESIS_HASH = new Uint8Array(32).fill(7);
const ATTACKER_LATENCY_MS = 2;
const GOSSIP_LOOK_MS = 600_000;
/** One answer is a sample of a hundred: an hour of them counts. */
const GOSSIP_STEP = 0.25;
const LISTED_MAX = 100_000;

/** What the victim's life begins with. */
export interface Beginning {
  /** Decides all that chance decides. */
  readonly seed: number;
  /** Virtual time of the start: the population is where it is then. */
  readonly atMs: number;
  readonly store: StoreImage;
  readonly population: HonestPopulation;
  /** When the attackers begin. */
  readonly attackAtMs: number;
  /** All of the attackers' addresses have called before. */
  readonly isFirstPassOver: boolean;
  /** Share of attackers in honest lists until the first look at the victim's own. */
  readonly gossipShare: number;
}

/** Attackers among all that are counted. */
export interface Share {
  readonly attackers: number;
  readonly all: number;
}

/** One victim, its honest network and its attackers, in virtual time. */
export class AttackWorld {
  readonly queue = new EventQueue();
  readonly victim: Victim;
  private readonly siege: Siege;
  /** Of attackers in what honest peers hand out. */
  gossipShare: number;
  private readonly network: ScriptedNetwork;
  private readonly random: SeededRandom;
  private readonly listeners: ((event: NodeEvent, now: Millis) => void)[] = [];

  constructor(
    private readonly plan: AttackPlan,
    tools: AttackTools,
    beginning: Beginning,
  ) {
    const { queue } = this;
    const { seed, population } = beginning;
    queue.advanceTo(beginning.atMs);
    this.gossipShare = plan.gossip === 'mirrored' ? beginning.gossipShare : plan.gossip;
    this.random = new SeededRandom(seed, 5);
    const world: ScriptWorld = {
      queue,
      random: new SeededRandom(seed, 4),
      chainId: CHAIN_ID,
      genesisHash: GENESIS_HASH,
    };
    const pool = new AttackerPool(plan.addresses, plan.groups);
    this.network = new ScriptedNetwork(queue, {
      hostAt: (endpoint) => this.hostAt(endpoint, crowd),
      latencyMs: (ip) => (isAttackers(ip) ? ATTACKER_LATENCY_MS : crowd.latencyMs(ip)),
    });
    const { network } = this;
    const { isFirstPassOver } = beginning;
    this.siege = new Siege(world, network, { pool, tactic: plan.tactic, isFirstPassOver });
    const crowd = new HonestCrowd(world, network, {
      seed,
      population,
      gossipShare: () => (queue.now < beginning.attackAtMs ? 0 : this.gossipShare),
      anyAttacker: (random) => pool.any(random),
      onList: (peers) => this.noteList(peers),
    });
    this.victim = new Victim(world, network, {
      ...tools,
      seed,
      limits: { ...DEFAULT_LIMITS, ...plan.limits },
      seeds: seedsOf(population, plan.seeds),
      store: beginning.store,
      onEvent: (event, now) => {
        for (const listener of this.listeners) listener(event, now);
      },
    });
    queue.schedule(beginning.atMs, () => this.victim.start());
    queue.schedule(beginning.attackAtMs, () => this.siege.begin(this.victim.address));
    crowd.dialNowAndThen(this.victim.address);
    if (plan.gossip === 'mirrored') this.mirrorGossip();
  }

  listen(listener: (event: NodeEvent, now: Millis) => void): void {
    this.listeners.push(listener);
  }

  runUntil(atMs: number): void {
    const { queue } = this;
    for (let at = queue.nextAt; at !== undefined && at <= atMs; at = queue.nextAt) queue.step();
    queue.advanceTo(atMs);
  }

  /** Attackers among the outbound connections. */
  outbound(): Share {
    return shareOf(this.victim.neighbours('outbound'));
  }

  inbound(): Share {
    return shareOf(this.victim.neighbours('inbound'));
  }

  /** Attackers among the verified addresses that the victim would list. */
  verified(): Share {
    const listed = this.victim.machine.peers({ state: 'verified', limit: LISTED_MAX });
    return { attackers: listed.filter(isAttackersKey).length, all: listed.length };
  }

  /** Attackers among the entries of the tried table; of all that is verified where there is none. */
  tried(): Share {
    const entries = this.victim.tried();
    if (entries === undefined) return this.verified();
    return { attackers: entries.filter(isAttackersKey).length, all: entries.length };
  }

  private hostAt(endpoint: PeerAddress, crowd: HonestCrowd): ReturnType<HonestCrowd['hostAt']> {
    return isAttackers(endpoint.ip as Uint8Array)
      ? this.siege.hostAt(endpoint)
      : crowd.hostAt(endpoint);
  }

  /** The others are attacked as the victim is: what it hands out, they hand out. */
  private mirrorGossip(): void {
    const { queue } = this;
    queue.schedule(queue.now + GOSSIP_LOOK_MS, () => {
      const peers = [...this.victim.port.ends.values()].flatMap(({ far }) =>
        far?.owner.host instanceof HonestPeer ? [far.owner.host] : [],
      );
      if (peers.length > 0) peers[below(this.random, peers.length)]?.ask();
      this.mirrorGossip();
    });
  }

  private noteList(peers: readonly string[]): void {
    if (this.plan.gossip !== 'mirrored' || peers.length === 0) return;
    const share = peers.filter(isAttackersKey).length / peers.length;
    this.gossipShare += GOSSIP_STEP * (share - this.gossipShare);
  }
}

export function ratio({ attackers, all }: Share): number {
  return all === 0 ? 0 : attackers / all;
}

/** Servers that are up when the victim first starts. */
function seedsOf(population: HonestPopulation, count: number): PeerAddress[] {
  const seeds: PeerAddress[] = [];
  for (let index = 0; index < population.addresses.length && seeds.length < count; index += 2) {
    if (population.isUp(index, 0)) seeds.push(population.addresses[index] as PeerAddress);
  }
  return seeds;
}

function shareOf(ips: readonly Uint8Array[]): Share {
  return { attackers: ips.filter(isAttackers).length, all: ips.length };
}
