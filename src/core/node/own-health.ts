import { millis, type Millis } from '../support/brand.ts';
import type { NodeContext } from './node-context.ts';

/** After a stall the world gets as long as the stall was to catch up, at most this long. */
const GRACE_MS_MAX = 5_000;
/** Stalls in a row, each before the grace of the last was over; then it judges although it lags. */
const GRACES_MAX = 4;

/**
 * Goal: a process that was stopped, swapped out or starved does not take its own silence for that of
 * its peers. Mechanism: a deadline that is reached far too late is not judged at once; first what has
 * arrived meanwhile is read, for as long as the stall lasted, and nobody is blamed until then.
 */
export class OwnHealth {
  private lateUntil: Millis | undefined;
  private graces = 0;

  constructor(private readonly context: NodeContext) {}

  /** Nothing is judged before; undefined when all is well. */
  get resumesAt(): Millis | undefined {
    return this.lateUntil;
  }

  /** @returns whether deadlines may be judged now */
  mayJudge(deadline: Millis | undefined): boolean {
    const { context } = this;
    const { now, limits } = context;
    if (this.lateUntil !== undefined && now < this.lateUntil) return false;
    // The end of a grace is a deadline, too: who stood still once more is late for it.
    const dueAt = this.lateUntil ?? deadline;
    const lagMs = dueAt === undefined ? 0 : now - dueAt;
    if (lagMs <= limits.lagMaxMs || this.graces >= GRACES_MAX) {
      this.lateUntil = undefined;
      this.graces = 0;
      context.isLate = false;
      return true;
    }
    context.isLate = true;
    this.graces += 1;
    this.lateUntil = millis(now + Math.min(lagMs, GRACE_MS_MAX));
    context.observe({ kind: 'late', lagMs });
    return false;
  }
}
