import type { TransportCloseReason } from '../core/session/reasons.ts';
import { uniform, type RandomSource } from '../core/support/random-source.ts';
import type { EventQueue } from './event-queue.ts';
import type { NetworkConditions } from './network-conditions.ts';
import type { Reachability } from './reachability.ts';

export interface LinkWorld {
  readonly queue: EventQueue;
  readonly random: RandomSource;
  readonly conditions: NetworkConditions;
  readonly reachability: Reachability;
}

export type Delivery =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'ended'; readonly reason: TransportCloseReason };

export interface PathOptions {
  /** Indices of the hosts. */
  readonly from: number;
  readonly to: number;
  readonly latencyMs: number;
  readonly arrive: (delivery: Delivery) => void;
  /** The sender's TCP gives up. */
  readonly giveUp: () => void;
}

/** First wait for an acknowledgement, doubled at each loss (RFC 6298, with Linux's minimum). */
const RETRANSMIT_MS_MIN = 200;
const RETRANSMIT_MS_MAX = 60_000;
/** As many losses of one segment end the connection. */
const LOSSES_IN_A_ROW_MAX = 6;
/** Over a cut TCP tries for about a quarter of an hour. */
const GIVE_UP_MS = 900_000;

/**
 * One direction of a connection: what is sent arrives in order, each piece no sooner than the one
 * before it, as late as latency, losses and cuts make it. A reset is sent once and may be lost.
 */
export class SegmentPath {
  private lastArrivalAt = 0;
  /** What a cut holds up; sent again and again until it passes. */
  private waiting: Delivery[] = [];
  private waitingSince = 0;

  constructor(
    private readonly world: LinkWorld,
    private readonly options: PathOptions,
  ) {}

  /** @returns false when it is a reset and was lost */
  send(delivery: Delivery): boolean {
    const isHeldUp = this.waiting.length > 0 || !this.passes();
    if (!isHeldUp) return this.transmit(delivery);
    if (isReset(delivery)) {
      this.waiting = [];
      return false;
    }
    if (this.waiting.push(delivery) > 1) return true;
    this.waitingSince = this.world.queue.now;
    this.tryAgainIn(RETRANSMIT_MS_MIN);
    return true;
  }

  private tryAgainIn(ms: number): void {
    const { queue } = this.world;
    queue.schedule(queue.now + ms, () => {
      if (this.waiting.length === 0) return;
      if (this.passes()) this.release();
      else if (queue.now - this.waitingSince > GIVE_UP_MS) this.giveUp();
      else this.tryAgainIn(Math.min(2 * ms, RETRANSMIT_MS_MAX));
    });
  }

  private release(): void {
    const deliveries = this.waiting;
    this.waiting = [];
    for (const delivery of deliveries) this.transmit(delivery);
  }

  private giveUp(): void {
    this.waiting = [];
    this.options.giveUp();
  }

  private transmit(delivery: Delivery): boolean {
    const { queue, random, conditions } = this.world;
    const lossMs = conditions.lossShare > 0 ? this.lossMs(conditions.lossShare) : 0;
    if (lossMs > 0 && isReset(delivery)) return false;
    if (!Number.isFinite(lossMs)) {
      // Never from inside the call of the host that sends.
      queue.schedule(queue.now, () => this.giveUp());
      return true;
    }
    const gapMs = uniform(random) * conditions.splitGapMsMax;
    const soonest = queue.now + lossMs + this.options.latencyMs;
    const at = Math.max(soonest, this.lastArrivalAt) + gapMs;
    this.lastArrivalAt = at;
    queue.schedule(at, () => this.options.arrive(delivery));
    return true;
  }

  /** What losses in a row cost; infinite for too many. */
  private lossMs(lossShare: number): number {
    let ms = 0;
    let waitMs = RETRANSMIT_MS_MIN;
    for (let losses = 0; uniform(this.world.random) < lossShare; waitMs *= 2) {
      ms += waitMs;
      losses += 1;
      if (losses >= LOSSES_IN_A_ROW_MAX) return Infinity;
    }
    return ms;
  }

  private passes(): boolean {
    return this.world.reachability.passes(this.options.from, this.options.to);
  }
}

export function isReset(delivery: Delivery): boolean {
  return delivery.kind === 'ended' && delivery.reason !== 'remote-closed';
}
