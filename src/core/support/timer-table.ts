import type { Millis } from './brand.ts';

interface Timer {
  readonly at: Millis;
  readonly sequence: number;
}

/**
 * Deadlines by key, one per key. A binary heap with lazy removal: `set` and `takeDue` cost
 * O(log n), and the heap never holds more than twice the live deadlines plus 64. Equal deadlines
 * come out in the order in which they were set.
 */
export class TimerTable<Key extends string | number> {
  /** The heap, in three arrays: comparing follows no pointer. */
  private times: Millis[] = [];
  private sequences: number[] = [];
  private keys: Key[] = [];
  private readonly live = new Map<Key, Timer>();
  private nextSequence = 0;

  /** Sets or replaces the deadline of `key`. */
  set(key: Key, at: Millis): void {
    const sequence = this.nextSequence;
    this.nextSequence += 1;
    this.live.set(key, { at, sequence });
    this.push(at, sequence, key);
    if (this.keys.length > 2 * this.live.size + 64) this.compact();
  }

  cancel(key: Key): void {
    this.live.delete(key);
  }

  /** The deadline of `key`. */
  at(key: Key): Millis | undefined {
    return this.live.get(key)?.at;
  }

  /** The earliest deadline. */
  next(): Millis | undefined {
    this.dropStale();
    return this.times[0];
  }

  /** Removes and returns the earliest key that is due at `now`. */
  takeDue(now: Millis): Key | undefined {
    this.dropStale();
    const at = this.times[0];
    if (at === undefined || at > now) return undefined;
    const key = this.keys[0] as Key;
    this.pop();
    this.live.delete(key);
    return key;
  }

  private dropStale(): void {
    while (this.keys.length > 0 && !this.isLive(0)) this.pop();
  }

  private isLive(index: number): boolean {
    return this.live.get(this.keys[index] as Key)?.sequence === this.sequences[index];
  }

  private compact(): void {
    const { times, sequences, keys } = this;
    const kept = keys.map((_, index) => index).filter((index) => this.isLive(index));
    this.times = [];
    this.sequences = [];
    this.keys = [];
    for (const index of kept) {
      this.push(times[index] as Millis, sequences[index] as number, keys[index] as Key);
    }
  }

  private push(at: Millis, sequence: number, key: Key): void {
    let index = this.keys.length;
    this.put(index, at, sequence, key);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.isAfter(parent, at, sequence)) break;
      this.move(parent, index);
      index = parent;
    }
    this.put(index, at, sequence, key);
  }

  private pop(): void {
    const at = this.times.pop() as Millis;
    const sequence = this.sequences.pop() as number;
    const key = this.keys.pop() as Key;
    const { length } = this.keys;
    if (length === 0) return;
    let index = 0;
    for (let child = 1; child < length; child = 2 * index + 1) {
      if (child + 1 < length && this.isEarlier(child + 1, child)) child += 1;
      if (this.isAfter(child, at, sequence)) break;
      this.move(child, index);
      index = child;
    }
    this.put(index, at, sequence, key);
  }

  private isEarlier(index: number, than: number): boolean {
    return this.isAfter(than, this.times[index] as Millis, this.sequences[index] as number);
  }

  private isAfter(index: number, at: Millis, sequence: number): boolean {
    const own = this.times[index] as Millis;
    return own === at ? (this.sequences[index] as number) > sequence : own > at;
  }

  private move(from: number, to: number): void {
    const { times, sequences, keys } = this;
    this.put(to, times[from] as Millis, sequences[from] as number, keys[from] as Key);
  }

  private put(index: number, at: Millis, sequence: number, key: Key): void {
    this.times[index] = at;
    this.sequences[index] = sequence;
    this.keys[index] = key;
  }
}
