import { below, SeededRandom, uniform } from '../../core/support/random-source.ts';
import type { AttackPlan } from '../attack/attack-plan.ts';
import { HonestPopulation } from '../attack/honest-population.ts';
import { BaselineNetwork, type AddressTables, type PeerNumber } from './baseline-network.ts';
import { BucketTables } from './bucket-tables.ts';
import { FlatList } from './flat-list.ts';

export type BaselineName = 'flat-list' | 'bucket-tables';

export interface BaselineResult {
  readonly outboundShareBefore: number;
  readonly outboundShare: number;
  readonly triedShare: number;
  readonly triedEntries: number;
  readonly eclipsed: number;
  readonly trials: number;
}

const STEP_MS = 60_000;
const OUTBOUND = 16;
const DIALS_PER_STEP = 64;
/** As the siege of the real node: 64 slots, 20 s each at first, ten minutes later. */
const INBOUND_SLOTS = 64;
const CALLERS_PER_STEP_FIRST = 192;
const CALLERS_PER_STEP_LATER = 6;
/** An honest peer calls every third minute. */
const HONEST_CALL_CHANCE = 1 / 3;
const HONEST_INSIDE_MAX = 16;

/** The same attack on a node that is nothing but its tables; a restart keeps these and the anchors. */
export function runBaseline(
  name: BaselineName,
  plan: AttackPlan,
  options: { readonly seed: number; readonly restarts: number },
): BaselineResult {
  const population = new HonestPopulation(options.seed, plan.honest);
  const random = new SeededRandom(options.seed, 7);
  const network = new BaselineNetwork(plan, population, random);
  const tables = name === 'flat-list' ? new FlatList(random) : new BucketTables(network, random);
  const node = new BaselineNode(network, tables);
  const endMs = plan.quietMs + plan.attackMs;
  let late = 0;
  let lateSteps = 0;
  for (let at = 0; at < endMs; at += STEP_MS) {
    node.step(at);
    if (at < plan.quietMs + 0.75 * plan.attackMs) continue;
    late += node.outboundShare();
    lateSteps += 1;
  }
  const trusted = [...tables.trusted()];
  const restarts = Array.from({ length: options.restarts }, () => node.restart(endMs));
  return {
    outboundShareBefore: late / Math.max(1, lateSteps),
    outboundShare: restarts.reduce((sum, share) => sum + share, 0) / Math.max(1, restarts.length),
    triedShare: node.attackersIn(trusted),
    triedEntries: trusted.length,
    eclipsed: restarts.filter((share) => share === 1).length,
    trials: restarts.length,
  };
}

class BaselineNode {
  private outbound: PeerNumber[] = [];
  private callers = 0;
  private honestInside: PeerNumber[] = [];
  private isUnderAttack = false;

  constructor(
    private readonly network: BaselineNetwork,
    private readonly tables: AddressTables,
  ) {
    for (let i = 0; i < network.plan.seeds; i += 1) tables.hear(2 * i, 0);
  }

  step(atMs: number): void {
    const { network, tables } = this;
    this.isUnderAttack = atMs >= network.plan.quietMs;
    this.outbound = this.outbound.filter((peer) => network.isUp(peer, atMs));
    this.honestInside = this.honestInside.filter((peer) => network.isUp(peer, atMs));
    this.receiveCallers(atMs);
    this.outbound = this.fill(this.outbound, atMs);
    this.exchange();
    if ((atMs / STEP_MS) % tables.feelerMinutes === 0) this.feel(atMs);
  }

  /** What one restart teaches is not told to the next. @returns attackers' share of its connections */
  restart(atMs: number): number {
    const anchors = this.outbound.slice(0, this.tables.anchors);
    const held = anchors.filter((peer) => this.network.accepts(peer, atMs));
    return this.attackersIn(this.fill(held, atMs, false));
  }

  outboundShare(): number {
    return this.attackersIn(this.outbound);
  }

  attackersIn(peers: readonly PeerNumber[]): number {
    const attackers = peers.filter((peer) => this.network.isAttacker(peer)).length;
    return attackers / Math.max(1, peers.length);
  }

  /** Inbound peers name themselves. */
  private receiveCallers(atMs: number): void {
    const { network, tables } = this;
    const { random, plan } = network;
    if (uniform(random) < HONEST_CALL_CHANCE && this.honestInside.length < HONEST_INSIDE_MAX) {
      const peer = network.anyHonest();
      if (network.isUp(peer, atMs)) {
        this.honestInside.push(peer);
        tables.hear(peer, network.groupOf(peer));
      }
    }
    if (!this.isUnderAttack) return;
    const isFirstPass = this.callers < plan.addresses;
    const callers = isFirstPass ? CALLERS_PER_STEP_FIRST : CALLERS_PER_STEP_LATER;
    for (let i = 0; i < callers; i += 1) {
      const peer = network.attacker(this.callers);
      this.callers += 1;
      tables.hear(peer, network.groupOf(peer));
    }
  }

  private fill(held: readonly PeerNumber[], atMs: number, learns = true): PeerNumber[] {
    const { network, tables } = this;
    const outbound = [...held];
    for (let dial = 0; dial < DIALS_PER_STEP && outbound.length < OUTBOUND; dial += 1) {
      const peer = tables.pick(atMs);
      if (peer === undefined || !this.mayDial(peer, outbound)) continue;
      const isOpen = network.accepts(peer, atMs);
      if (isOpen) outbound.push(peer);
      if (learns) this.learn(peer, isOpen, atMs);
    }
    return outbound;
  }

  private mayDial(peer: PeerNumber, outbound: readonly PeerNumber[]): boolean {
    const { network, tables } = this;
    const group = network.groupOf(peer);
    const inGroup = outbound.filter((one) => network.groupOf(one) === group).length;
    return !outbound.includes(peer) && inGroup < tables.outboundPerGroupMax;
  }

  private learn(peer: PeerNumber, isOpen: boolean, atMs: number): void {
    if (isOpen) this.tables.succeed(peer, atMs);
    else this.tables.fail(peer, atMs);
  }

  /** One connected peer is asked a minute, each as likely as any other. */
  private exchange(): void {
    const { network, tables } = this;
    const attackersInside = this.isUnderAttack ? INBOUND_SLOTS - this.honestInside.length : 0;
    const known = [...this.outbound, ...this.honestInside];
    const drawn = below(network.random, Math.max(1, known.length + attackersInside));
    const asked = known[drawn] ?? network.attacker(drawn);
    if (known.length === 0 && !this.isUnderAttack) return;
    const gossip = this.isUnderAttack ? this.gossipShare() : 0;
    const group = network.groupOf(asked);
    for (const peer of network.listFrom(asked, gossip)) tables.hear(peer, group);
  }

  private gossipShare(): number {
    const { gossip } = this.network.plan;
    return gossip === 'mirrored' ? this.attackersIn([...this.tables.trusted()]) : gossip;
  }

  private feel(atMs: number): void {
    const peer = this.tables.pickUntried(atMs);
    if (peer === undefined) return;
    this.learn(peer, this.network.isUp(peer, atMs), atMs);
  }
}
