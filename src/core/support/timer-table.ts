import type { Millis } from './brand.ts';

interface Timer<Key> {
  readonly key: Key;
  readonly at: Millis;
  readonly sequence: number;
}

/**
 * Deadlines by key, one per key. A binary heap with lazy removal: `set` and `takeDue` cost
 * O(log n), and the heap never holds more than twice the live deadlines plus 64. Equal deadlines
 * come out in the order in which they were set.
 */
export class TimerTable<Key extends string | number> {
  private heap: Timer<Key>[] = [];
  private readonly live = new Map<Key, Timer<Key>>();
  private sequence = 0;

  /** Sets or replaces the deadline of `key`. */
  set(key: Key, at: Millis): void {
    const timer = { key, at, sequence: this.sequence };
    this.sequence += 1;
    this.live.set(key, timer);
    this.push(timer);
    if (this.heap.length > 2 * this.live.size + 64) this.compact();
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
    return this.heap[0]?.at;
  }

  /** Removes and returns the earliest key that is due at `now`. */
  takeDue(now: Millis): Key | undefined {
    this.dropStale();
    const first = this.heap[0];
    if (first === undefined || first.at > now) return undefined;
    this.pop();
    this.live.delete(first.key);
    return first.key;
  }

  private dropStale(): void {
    while (this.heap.length > 0 && !this.isLive(this.heap[0] as Timer<Key>)) this.pop();
  }

  private isLive(timer: Timer<Key>): boolean {
    return this.live.get(timer.key) === timer;
  }

  private compact(): void {
    const kept = this.heap.filter((timer) => this.isLive(timer));
    this.heap = [];
    for (const timer of kept) this.push(timer);
  }

  private push(timer: Timer<Key>): void {
    const heap = this.heap;
    let index = heap.length;
    heap.push(timer);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(timer, heap[parent] as Timer<Key>)) break;
      heap[index] = heap[parent] as Timer<Key>;
      index = parent;
    }
    heap[index] = timer;
  }

  private pop(): void {
    const heap = this.heap;
    const last = heap.pop() as Timer<Key>;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (
        child + 1 < heap.length &&
        before(heap[child + 1] as Timer<Key>, heap[child] as Timer<Key>)
      )
        child += 1;
      if (!before(heap[child] as Timer<Key>, last)) break;
      heap[index] = heap[child] as Timer<Key>;
      index = child;
    }
    heap[index] = last;
  }
}

function before<Key>(a: Timer<Key>, b: Timer<Key>): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}
