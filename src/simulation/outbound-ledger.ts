import { holdsSlot, type ConnectionClass } from '../core/session/connection.ts';

interface Dial {
  readonly endpoint: string;
}

/** A moment at which a dial began: slots known to be in use then, and dials of unknown class. */
interface Moment {
  slots: number;
  readonly undecided: Set<Dial>;
}

/** Moments that wait for a verdict; dials by name get none and fall out at the end. */
const MOMENTS_MAX = 1_024;

/**
 * Counts the outbound slots of one node, dials in progress included, from what it does alone. What a
 * dial was for comes out only when it has ended, so each count is completed afterwards.
 */
export class OutboundLedger {
  private ongoing = new Map<string, Dial>();
  private moments: Moment[] = [];

  /** A dial begins while `connected` slots hold established connections. */
  dialStarted(endpoint: string, connected: number): void {
    this.ongoing.set(endpoint, { endpoint });
    this.moments.push({ slots: connected, undecided: new Set(this.ongoing.values()) });
    if (this.moments.length > MOMENTS_MAX) this.moments.shift();
  }

  /** @returns the greatest number of slots in use at once that is known by this verdict */
  dialFinished(endpoint: string, ofClass: ConnectionClass): number {
    const dial = this.ongoing.get(endpoint);
    if (dial === undefined) return 0;
    this.ongoing.delete(endpoint);
    let greatest = 0;
    for (const moment of this.moments) {
      if (!moment.undecided.delete(dial) || !holdsSlot(ofClass)) continue;
      moment.slots += 1;
      greatest = Math.max(greatest, moment.slots);
    }
    this.moments = this.moments.filter((moment) => moment.undecided.size > 0);
    return greatest;
  }

  /** The node's process has ended, and its dials with it. */
  reset(): void {
    this.ongoing.clear();
    this.moments = [];
  }
}
