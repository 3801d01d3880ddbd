import { below, type RandomSource } from '../../core/support/random-source.ts';
import type { AddressTables, PeerNumber } from './baseline-network.ts';

/** As many addresses as the tables of this node hold together. */
const CAPACITY = 20_480;
const FAILURES_MAX = 3;

/**
 * The address book of most young networks: one list, every address in it as good as any other. Full,
 * it drops a random one for each newcomer; a dial goes to a random one.
 */
export class FlatList implements AddressTables {
  readonly outboundPerGroupMax = Infinity;
  readonly anchors = 0;
  readonly feelerMinutes = Infinity;
  private readonly peers: PeerNumber[] = [];
  private readonly places = new Map<PeerNumber, number>();
  private readonly failures = new Map<PeerNumber, number>();

  constructor(private readonly random: RandomSource) {}

  hear(peer: PeerNumber): void {
    if (this.places.has(peer)) return;
    if (this.peers.length >= CAPACITY) this.remove(this.pick() as PeerNumber);
    this.places.set(peer, this.peers.push(peer) - 1);
  }

  succeed(peer: PeerNumber): void {
    this.failures.delete(peer);
  }

  fail(peer: PeerNumber): void {
    const failures = (this.failures.get(peer) ?? 0) + 1;
    this.failures.set(peer, failures);
    if (failures >= FAILURES_MAX) this.remove(peer);
  }

  pick(): PeerNumber | undefined {
    return this.peers[below(this.random, this.peers.length)];
  }

  pickUntried(): undefined {
    return undefined;
  }

  trusted(): Iterable<PeerNumber> {
    return this.peers;
  }

  private remove(peer: PeerNumber): void {
    const place = this.places.get(peer);
    const last = this.peers.pop();
    this.places.delete(peer);
    this.failures.delete(peer);
    if (place === undefined || last === undefined || last === peer) return;
    this.peers[place] = last;
    this.places.set(last, place);
  }
}
