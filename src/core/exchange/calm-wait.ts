import { millis, type Millis } from '../support/brand.ts';

/**
 * Goal: who starts in a crowd makes its connections first; what can wait waits for a quiet moment.
 * Adversary: connects all the time, so that it never comes. Mechanism: quiet for `quietMs`, or after
 * `waitMaxMs` anyway.
 */
export class CalmWait {
  private busySince: Millis | undefined;
  private busyAt: Millis | undefined;

  constructor(
    private readonly quietMs: number,
    private readonly waitMaxMs: number,
  ) {}

  busy(now: Millis): void {
    if (this.calmAt <= now) this.busySince = now;
    this.busyAt = now;
  }

  get calmAt(): Millis {
    if (this.busyAt === undefined || this.busySince === undefined) return millis(0);
    return millis(Math.min(this.busyAt + this.quietMs, this.busySince + this.waitMaxMs));
  }
}
