import { millis, type Millis } from '../core/support/brand.ts';

const ROOM_AT_FIRST = 1_024;

/**
 * Virtual time: a binary heap of what is to happen. Events of one instant run in the order in which
 * they were scheduled, so equal inputs give equal runs. O(log n) per event.
 */
export class EventQueue {
  private times = new Float64Array(ROOM_AT_FIRST);
  private sequences = new Float64Array(ROOM_AT_FIRST);
  private readonly runs: (() => void)[] = [];
  private nextSequence = 0;
  private current = 0;
  private sameInstant = 0;

  get now(): Millis {
    return millis(this.current);
  }

  get size(): number {
    return this.runs.length;
  }

  /** Events run at the present instant without time having moved: grows for ever in a livelock. */
  get eventsAtThisInstant(): number {
    return this.sameInstant;
  }

  /** When the next event runs; undefined when nothing is left to happen. */
  get nextAt(): Millis | undefined {
    return this.runs.length === 0 ? undefined : millis(this.times[0] as number);
  }

  /** A time in the past means now: virtual time never goes back. */
  schedule(at: number, run: () => void): void {
    if (this.runs.length === this.times.length) this.grow();
    this.runs.push(run);
    this.siftUp(Math.max(at, this.current), this.nextSequence, run);
    this.nextSequence += 1;
  }

  /** Runs the next event and moves time to it. @returns false when there was none */
  step(): boolean {
    const run = this.runs[0];
    if (run === undefined) return false;
    const at = this.times[0] as number;
    const lastRun = this.runs.pop() as () => void;
    const last = this.runs.length;
    if (last > 0) {
      this.siftDown(this.times[last] as number, this.sequences[last] as number, lastRun);
    }
    this.sameInstant = at === this.current ? this.sameInstant + 1 : 1;
    this.current = at;
    run();
    return true;
  }

  /** Moves time forward to `at`, which no scheduled event may precede. */
  advanceTo(at: number): void {
    if (at <= this.current) return;
    this.current = at;
    this.sameInstant = 0;
  }

  private grow(): void {
    const { times, sequences } = this;
    this.times = new Float64Array(2 * times.length);
    this.times.set(times);
    this.sequences = new Float64Array(2 * times.length);
    this.sequences.set(sequences);
  }

  private siftUp(at: number, sequence: number, run: () => void): void {
    let index = this.runs.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      // The one that comes now has the highest sequence number of all.
      if ((this.times[parent] as number) <= at) break;
      this.move(parent, index);
      index = parent;
    }
    this.put(index, at, sequence, run);
  }

  private siftDown(at: number, sequence: number, run: () => void): void {
    const half = this.runs.length >> 1;
    let index = 0;
    while (index < half) {
      const child = this.smallerChild(index);
      if (!this.isBefore(child, at, sequence)) break;
      this.move(child, index);
      index = child;
    }
    this.put(index, at, sequence, run);
  }

  private smallerChild(index: number): number {
    const left = 2 * index + 1;
    const right = left + 1;
    if (right >= this.runs.length) return left;
    const at = this.times[left] as number;
    return this.isBefore(right, at, this.sequences[left] as number) ? right : left;
  }

  private isBefore(index: number, at: number, sequence: number): boolean {
    const own = this.times[index] as number;
    return own === at ? (this.sequences[index] as number) < sequence : own < at;
  }

  private move(from: number, to: number): void {
    this.put(
      to,
      this.times[from] as number,
      this.sequences[from] as number,
      this.runs[from] as () => void,
    );
  }

  private put(index: number, at: number, sequence: number, run: () => void): void {
    this.times[index] = at;
    this.sequences[index] = sequence;
    this.runs[index] = run;
  }
}
