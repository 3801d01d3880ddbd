import { below, uniform, type RandomSource } from '../../core/support/random-source.ts';
import type { AttackPlan } from '../attack/attack-plan.ts';
import type { HonestPopulation } from '../attack/honest-population.ts';

/** Honest peers are 0 … count − 1, attackers come after them; nothing but the number is ever stored. */
export type PeerNumber = number;

const LISTED = 100;

/** The network as a model of tables sees it: the same population, attacker and gossip, no protocol. */
export class BaselineNetwork {
  readonly honestCount: number;
  private readonly groups: readonly number[];
  private readonly honestGroups: number;
  private nextFresh = 0;

  constructor(
    readonly plan: AttackPlan,
    readonly population: HonestPopulation,
    readonly random: RandomSource,
  ) {
    this.honestCount = population.addresses.length;
    const known = new Map<string, number>();
    this.groups = population.addresses.map(({ host }) => {
      const text = host.split('.', 2).join('.');
      const group = known.get(text) ?? known.size;
      known.set(text, group);
      return group;
    });
    this.honestGroups = known.size;
  }

  isAttacker(peer: PeerNumber): boolean {
    return peer >= this.honestCount;
  }

  groupOf(peer: PeerNumber): number {
    if (!this.isAttacker(peer)) return this.groups[peer] as number;
    return this.honestGroups + ((peer - this.honestCount) % this.plan.groups);
  }

  attacker(index: number): PeerNumber {
    return this.honestCount + (index % this.plan.addresses);
  }

  /** Whether a dial ends in a connection that stays. */
  accepts(peer: PeerNumber, atMs: number): boolean {
    if (this.isAttacker(peer)) return true;
    return this.isUp(peer, atMs) && !this.population.isFull(peer, atMs);
  }

  isUp(peer: PeerNumber, atMs: number): boolean {
    return this.isAttacker(peer) || this.population.isUp(peer, atMs);
  }

  anyHonest(): PeerNumber {
    return below(this.random, this.honestCount);
  }

  /** What `peer` answers when it is asked, while `gossipShare` of honest lists are attackers. */
  listFrom(peer: PeerNumber, gossipShare: number): PeerNumber[] {
    if (this.isAttacker(peer)) {
      this.nextFresh += LISTED;
      return Array.from({ length: LISTED }, (_, i) => this.attacker(this.nextFresh - LISTED + i));
    }
    const known = this.honestCount / (1 - Math.min(gossipShare, 0.99));
    const size = Math.min(LISTED, Math.max(32, Math.floor(known / 4)));
    return Array.from({ length: size }, () =>
      uniform(this.random) < gossipShare
        ? this.attacker(below(this.random, this.plan.addresses))
        : this.anyHonest(),
    );
  }
}

/** How a node remembers addresses, and which it dials next. */
export interface AddressTables {
  readonly outboundPerGroupMax: number;
  /** Connections of the last life that are dialled first. */
  readonly anchors: number;
  /** Feelers: minutes between two; Infinity for none. */
  readonly feelerMinutes: number;
  /** Somebody of `sourceGroup` has named it. */
  hear(peer: PeerNumber, sourceGroup: number): void;
  succeed(peer: PeerNumber, atMs: number): void;
  fail(peer: PeerNumber, atMs: number): void;
  pick(atMs: number): PeerNumber | undefined;
  /** For a feeler. */
  pickUntried(atMs: number): PeerNumber | undefined;
  /** Addresses that it holds to be good: what it would hand out, and what the attacker is counted in. */
  trusted(): Iterable<PeerNumber>;
}
