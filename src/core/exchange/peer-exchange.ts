import { millis, type ConnectionId, type Millis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import { TokenBucket } from '../support/token-bucket.ts';

interface ExchangeState {
  /** GetPeers that we send to this peer. */
  readonly asks: TokenBucket;
  /** GetPeers that this peer may send to us. */
  readonly answers: TokenBucket;
  lastAskAt: Millis;
  /** PeerLists that we asked for and have not got yet. */
  awaited: number;
  /** Addresses that this peer may add unasked, and those that we asked it for. */
  readonly hearsay: TokenBucket;
  granted: number;
  /** GetPeers over the rate so far. */
  excess: number;
}

const NEVER = millis(Number.NEGATIVE_INFINITY);

export type GetPeersVerdict = 'answer' | 'ignore' | 'close';

/**
 * Who may ask whom for peers, and when. Both directions keep to the same rate, so that two of these
 * nodes never refuse each other. Bound: one small state per connection, dropped with it.
 */
export class PeerExchange {
  private readonly states = new Map<ConnectionId, ExchangeState>();

  constructor(
    private readonly limits: NodeLimits,
    /** In a cluster everybody is ours and scaling names many at once. */
    private readonly isCluster = false,
  ) {}

  /** Whether one more GetPeers to this peer is within the rate; then a list is awaited. */
  ask(id: ConnectionId, now: Millis): boolean {
    const state = this.stateOf(id, now);
    if (!state.asks.take(now)) return false;
    state.lastAskAt = now;
    state.awaited += 1;
    state.granted += this.limits.peerListEntriesMax;
    return true;
  }

  mayAsk(id: ConnectionId, now: Millis): boolean {
    return this.stateOf(id, now).asks.available(now) > 0;
  }

  /** When this peer was asked last; −∞ when it never was. */
  lastAskAt(id: ConnectionId): Millis {
    return this.states.get(id)?.lastAskAt ?? NEVER;
  }

  /** What to do with a GetPeers. */
  asked(id: ConnectionId, now: Millis): GetPeersVerdict {
    const state = this.stateOf(id, now);
    if (state.answers.take(now)) return 'answer';
    state.excess += 1;
    return state.excess >= this.limits.getPeersExcessMax ? 'close' : 'ignore';
  }

  /** Whether a PeerList was asked for. */
  listReceived(id: ConnectionId): boolean {
    const state = this.states.get(id);
    if (state === undefined || state.awaited === 0) return false;
    state.awaited -= 1;
    return true;
  }

  /** Whether this peer may name one more address that is new to us. */
  mayAdd(id: ConnectionId, now: Millis): boolean {
    const state = this.stateOf(id, now);
    if (state.granted === 0) return state.hearsay.take(now);
    state.granted -= 1;
    return true;
  }

  /** When this peer may be asked again. */
  nextAskAt(id: ConnectionId, now: Millis): Millis {
    return millis(now + this.stateOf(id, now).asks.waitMs(1, now));
  }

  closed(id: ConnectionId): void {
    this.states.delete(id);
  }

  private stateOf(id: ConnectionId, now: Millis): ExchangeState {
    let state = this.states.get(id);
    if (state === undefined) {
      const perSecond = 1_000 / this.limits.getPeersIntervalMs;
      const { hearsayPerSecond, hearsayBurst, clusterHearsayFactor } = this.limits;
      const factor = this.isCluster ? clusterHearsayFactor : 1;
      state = {
        asks: new TokenBucket(perSecond, this.limits.getPeersBurst, now),
        answers: new TokenBucket(perSecond, this.limits.getPeersBurst, now),
        hearsay: new TokenBucket(hearsayPerSecond * factor, hearsayBurst * factor, now),
        lastAskAt: NEVER,
        granted: 0,
        awaited: 0,
        excess: 0,
      };
      this.states.set(id, state);
    }
    return state;
  }
}
