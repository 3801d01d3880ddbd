/** Half of what was used is forgotten after this: who was busy a while ago is as good as anybody. */
const HALF_LIFE_MS = 1_000;

/** Somebody with work that comes in pieces of a bounded size. */
export interface TurnUser {
  /** Time that was used, as of `usedAtMs`; kept by the budget. */
  usedMs: number;
  usedAtMs: number;
  /** Does one piece. @returns whether there is more */
  step(): boolean;
}

/**
 * Goal: no turn of the event loop lasts long, and who asks little does not wait for who asks much.
 * Adversary: hundreds of connections, each with as much to read as one packet holds. Mechanism: work of one
 * turn ends when its time is over; the rest waits, one piece a turn, and who has used least of late comes first.
 * Bound: a turn lasts `limitMs` and one piece. Cost: one look at the clock for a piece, and one pass
 * over those who wait.
 */
export class TurnBudget {
  private readonly waiting = new Set<TurnUser>();
  private turnBeganAt: number | undefined;
  /** Who did the last piece, and when it began: what came after it until the next one is its time, too. */
  private last: TurnUser | undefined;
  private lastAt = 0;

  constructor(
    private readonly limitMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Who waits for another turn. */
  get waitingCount(): number {
    return this.waiting.size;
  }

  /** Works for a user who has something to do, now or in a later turn. */
  serve(user: TurnUser): void {
    if (this.waiting.has(user)) return;
    // Who comes while others wait does not pass them by.
    while (this.waiting.size === 0 && this.hasTime()) {
      if (!this.step(user)) return;
    }
    this.waiting.add(user);
  }

  /** Nothing is done for this one any more. */
  leave(user: TurnUser): void {
    this.waiting.delete(user);
  }

  /** Looks at the clock, for the piece that ends here and the one that begins. */
  private hasTime(): boolean {
    const now = this.now();
    this.charge(now);
    if (this.turnBeganAt === undefined) {
      this.turnBeganAt = now;
      setImmediate(this.nextTurn);
    }
    return now - this.turnBeganAt < this.limitMs;
  }

  /** One piece, because what it sets off is done after it and takes its time too. */
  private readonly nextTurn = (): void => {
    this.charge(this.now());
    this.turnBeganAt = undefined;
    if (this.waiting.size === 0) return;
    // Arms the turn after this one.
    this.hasTime();
    const user = this.leastServed();
    this.waiting.delete(user);
    if (this.step(user)) this.waiting.add(user);
  };

  private step(user: TurnUser): boolean {
    this.last = user;
    return user.step();
  }

  private charge(now: number): void {
    const { last } = this;
    if (last !== undefined) {
      last.usedMs = usedMsOf(last, now) + now - this.lastAt;
      last.usedAtMs = now;
      this.last = undefined;
    }
    this.lastAt = now;
  }

  private leastServed(): TurnUser {
    let least: TurnUser | undefined;
    let leastMs = Number.POSITIVE_INFINITY;
    for (const user of this.waiting) {
      const usedMs = usedMsOf(user, this.lastAt);
      if (usedMs >= leastMs) continue;
      least = user;
      leastMs = usedMs;
    }
    return least as TurnUser;
  }
}

function usedMsOf({ usedMs, usedAtMs }: TurnUser, now: number): number {
  return usedMs * 0.5 ** ((now - usedAtMs) / HALF_LIFE_MS);
}

/** Beside a piece of at most two milliseconds and a timer's work, it keeps a turn below ten. */
const TURN_MS = 4;

/** A thread has one event loop, and everything in it that reads sockets shares its turns. */
export const EVENT_LOOP = new TurnBudget(TURN_MS);
