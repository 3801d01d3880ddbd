/** Half of what was used is forgotten after this: who was busy a while ago is as good as anybody. */
const HALF_LIFE_MS = 1_000;
/**
 * Who has used a millisecond of late comes after who asks within the next fifty. When N always have work each has
 * used 1,440 / N ms and waits N pieces of a millisecond, so up to 268 of them do not make somebody else wait.
 */
const WAIT_FOR_USE = 50;
/** Nobody waits longer than this for those who came later, as newcomers never end. */
const WAIT_FOR_USE_MAX_MS = 2_000;

/** Somebody with work that comes in pieces of a bounded size. The figures are kept by the budget. */
export interface TurnUser {
  /** Time that was used, as of `usedAtMs`. */
  usedMs: number;
  usedAtMs: number;
  /** Its place among those who wait. */
  turnAtMs: number;
  /** Does one piece. @returns whether there is more */
  step(): boolean;
}

/**
 * Goal: no turn of the event loop lasts long, and who asks little does not wait for who asks much.
 * Adversary: hundreds of connections, each with as much to read as one packet holds. Mechanism: work of one
 * turn ends when its time is over; the rest waits, in the order in which they came, but who has used much of
 * late comes later.
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
    this.wait(user);
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

  /** A turn does at least one piece. */
  private readonly nextTurn = (): void => {
    this.charge(this.now());
    this.turnBeganAt = undefined;
    if (this.waiting.size === 0) return;
    // Arms the turn after this one.
    this.hasTime();
    this.stepOfFirst();
  };

  /** What a piece has set off, ticks and promise reactions, is done before the next one and takes its time too. */
  private readonly goOn = (): void => {
    if (this.waiting.size > 0 && this.hasTime()) this.stepOfFirst();
  };

  private stepOfFirst(): void {
    const user = this.first();
    this.waiting.delete(user);
    if (this.step(user)) this.wait(user);
    if (this.waiting.size > 0) process.nextTick(queueMicrotask, this.goOn);
  }

  private step(user: TurnUser): boolean {
    this.last = user;
    return user.step();
  }

  private charge(now: number): void {
    const { last, lastAt } = this;
    this.lastAt = now;
    if (last === undefined) return;
    this.last = undefined;
    last.usedMs = usedMsOf(last, now) + now - lastAt;
    last.usedAtMs = now;
    if (this.waiting.has(last)) this.wait(last);
  }

  private wait(user: TurnUser): void {
    const waitMs = WAIT_FOR_USE * usedMsOf(user, this.lastAt);
    user.turnAtMs = this.lastAt + Math.min(waitMs, WAIT_FOR_USE_MAX_MS);
    this.waiting.add(user);
  }

  private first(): TurnUser {
    let first: TurnUser | undefined;
    for (const user of this.waiting) {
      if (first === undefined || user.turnAtMs < first.turnAtMs) first = user;
    }
    return first as TurnUser;
  }
}

function usedMsOf({ usedMs, usedAtMs }: TurnUser, now: number): number {
  return usedMs * 0.5 ** ((now - usedAtMs) / HALF_LIFE_MS);
}

/** Beside a piece of at most two milliseconds and a timer's work, it keeps a turn below ten. */
const TURN_MS = 4;

/** A thread has one event loop, and everything in it that reads sockets shares its turns. */
export const EVENT_LOOP = new TurnBudget(TURN_MS);
