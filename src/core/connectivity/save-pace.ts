import type { Millis } from '../support/brand.ts';
import { millis } from '../support/brand.ts';

export interface SavePaceLimits {
  readonly bytesPerSecond: number;
  readonly burstBytes: number;
  /** What is urgent waits no longer than this after the last save. */
  readonly urgentIntervalMs: number;
}

/**
 * Goal: a document that is written as a whole is soon on the disk while it is short, and costs neither
 * processor nor disk while it is long and changes all the time. Adversary: many names that have
 * themselves banned. Mechanism: each save is paid for by its length; while there is a debt, changes
 * wait and go together. Bound: `bytesPerSecond`, one document as debt; urgent ones of an operator aside. Cost: O(1).
 */
export class SavePace {
  private due: Millis | undefined;
  private savedAt = Number.NEGATIVE_INFINITY;
  /** When all that was written is paid for. */
  private paidAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly limits: SavePaceLimits) {}

  /** When to save; undefined when nothing has changed. */
  get dueAt(): Millis | undefined {
    return this.due;
  }

  changed(now: Millis, isUrgent: boolean): void {
    const urgentAt = this.savedAt + this.limits.urgentIntervalMs;
    const at = Math.max(now, isUrgent ? Math.min(this.paidAt, urgentAt) : this.paidAt);
    this.due = millis(Math.min(this.due ?? at, at));
  }

  saved(now: Millis, bytes: number): void {
    const { bytesPerSecond, burstBytes } = this.limits;
    const msOf = (count: number): number => (count * 1_000) / bytesPerSecond;
    this.due = undefined;
    this.savedAt = now;
    this.paidAt = Math.max(now - msOf(burstBytes), Math.min(now, this.paidAt)) + msOf(bytes);
  }
}
