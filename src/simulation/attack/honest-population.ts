import { peerAddressOfIp, type PeerAddress } from '../../core/support/peer-address.ts';
import { below, SeededRandom, uniform } from '../../core/support/random-source.ts';

const P2P_PORT = 7_071;
const HOUR_MS = 3_600_000;
const FIRST_OCTET = 20;
const OCTETS = 80;
/** Streams of the seed; each peer's own ups and downs come after these. */
const LAYOUT_STREAM = 1;
const LIFE_STREAMS = 10_000;

export interface HonestPlan {
  readonly count: number;
  /** Chance that one more peer lives in a /16 of its own; otherwise it joins a peer drawn at random. */
  readonly newGroupShare: number;
  /** Half of the peers are servers, the other half come and go; mean times, exponential. */
  readonly serverUpHours: number;
  readonly serverDownHours: number;
  readonly homeUpHours: number;
  readonly homeDownHours: number;
  /** Peers without a free inbound slot, drawn anew for each peer and hour. */
  readonly fullShare: number;
}

/**
 * 1,000 peers come to live in some 600 /16s, the largest with a dozen or two (Simon's process, 1955);
 * 92 % of them are up at a time.
 */
export const DEFAULT_HONEST_PLAN: HonestPlan = {
  count: 1_000,
  newGroupShare: 0.6,
  serverUpHours: 168,
  serverDownHours: 0.5,
  homeUpHours: 12,
  homeDownHours: 2,
  fullShare: 0.3,
};

/**
 * The honest part of the network as a function of time: who lives where, who is up, who is full. It
 * has no state that a run could change, so that a thousand restarts can begin from one moment.
 */
export class HonestPopulation {
  readonly addresses: readonly PeerAddress[];
  readonly groups: number;
  private readonly indices = new Map<string, number>();
  private readonly lives: Life[] = [];

  constructor(
    private readonly seed: number,
    readonly plan: HonestPlan,
  ) {
    const layout = layOut(plan, new SeededRandom(seed, LAYOUT_STREAM));
    this.addresses = layout.addresses;
    this.groups = layout.groups;
    for (const [index, { key }] of this.addresses.entries()) {
      this.indices.set(key, index);
      const isServer = index % 2 === 0;
      const random = new SeededRandom(seed, LIFE_STREAMS + index);
      this.lives.push(
        isServer
          ? new Life(random, plan.serverUpHours * HOUR_MS, plan.serverDownHours * HOUR_MS)
          : new Life(random, plan.homeUpHours * HOUR_MS, plan.homeDownHours * HOUR_MS),
      );
    }
  }

  indexOf(key: string): number | undefined {
    return this.indices.get(key);
  }

  isUp(index: number, atMs: number): boolean {
    return this.life(index).isUp(atMs);
  }

  /** When a peer that is up goes down. */
  downAt(index: number, atMs: number): number {
    return this.life(index).nextChange(atMs);
  }

  isFull(index: number, atMs: number): boolean {
    const hour = Math.floor(atMs / HOUR_MS);
    const draw = new SeededRandom(this.seed ^ (index * 0x9e37), hour);
    return uniform(draw) < this.plan.fullShare;
  }

  /** `count` different peers at most, drawn evenly. */
  sample(count: number, random: SeededRandom): PeerAddress[] {
    const { addresses } = this;
    const chosen = new Set<number>();
    const wanted = Math.min(count, addresses.length);
    while (chosen.size < wanted) chosen.add(below(random, addresses.length));
    return [...chosen].map((index) => addresses[index] as PeerAddress);
  }

  private life(index: number): Life {
    return this.lives[index] as Life;
  }
}

/** Ups and downs in turn, written down as far as anybody has asked. */
class Life {
  /** Times of change; before the first the peer is in the state in which it began. */
  private readonly changes: number[] = [];
  private readonly startsUp: boolean;

  constructor(
    private readonly random: SeededRandom,
    private readonly upMs: number,
    private readonly downMs: number,
  ) {
    this.startsUp = uniform(random) < upMs / (upMs + downMs);
  }

  isUp(atMs: number): boolean {
    return this.isUpAfter(this.position(atMs));
  }

  nextChange(atMs: number): number {
    return this.changes[this.position(atMs)] as number;
  }

  /** Changes up to and including `atMs`. */
  private position(atMs: number): number {
    const { changes } = this;
    while ((changes.at(-1) ?? 0) <= atMs) {
      const meanMs = this.isUpAfter(changes.length) ? this.upMs : this.downMs;
      // At least a second: time must move.
      const lastsMs = 1_000 - meanMs * Math.log(1 - uniform(this.random));
      changes.push((changes.at(-1) ?? 0) + lastsMs);
    }
    let position = changes.length - 1;
    while (position > 0 && (changes[position - 1] as number) > atMs) position -= 1;
    return position;
  }

  private isUpAfter(changes: number): boolean {
    return (changes % 2 === 0) === this.startsUp;
  }
}

function layOut(
  plan: HonestPlan,
  random: SeededRandom,
): { addresses: PeerAddress[]; groups: number } {
  const groupOf: number[] = [];
  const sizes: number[] = [];
  const places = new Set<number>();
  const homes: number[] = [];
  for (let i = 0; i < plan.count; i += 1) {
    if (i === 0 || uniform(random) < plan.newGroupShare) {
      let place = below(random, OCTETS * 256);
      while (places.has(place)) place = below(random, OCTETS * 256);
      places.add(place);
      groupOf.push(homes.push(place) - 1);
      sizes.push(0);
    } else {
      groupOf.push(groupOf[below(random, i)] as number);
    }
  }
  const addresses = groupOf.map((group) => {
    const place = homes[group] as number;
    const host = sizes[group] as number;
    sizes[group] = host + 1;
    const ip = Uint8Array.of(
      FIRST_OCTET + (place >> 8),
      place & 0xff,
      1 + Math.floor(host / 250),
      1 + (host % 250),
    );
    return peerAddressOfIp(ip, P2P_PORT);
  });
  return { addresses, groups: homes.length };
}
