import { millis, type Millis } from '../core/support/brand.ts';

interface Entry {
  readonly at: number;
  readonly sequence: number;
  readonly run: () => void;
}

/**
 * Virtual time: a binary heap of what is to happen. Events of one instant run in the order in which
 * they were scheduled, so equal inputs give equal runs. O(log n) per event.
 */
export class EventQueue {
  private readonly heap: Entry[] = [];
  private nextSequence = 0;
  private current = 0;
  private sameInstant = 0;

  get now(): Millis {
    return millis(this.current);
  }

  get size(): number {
    return this.heap.length;
  }

  /** Events run at the present instant without time having moved: grows for ever in a livelock. */
  get eventsAtThisInstant(): number {
    return this.sameInstant;
  }

  /** When the next event runs; undefined when nothing is left to happen. */
  get nextAt(): Millis | undefined {
    const first = this.heap[0];
    return first === undefined ? undefined : millis(first.at);
  }

  /** A time in the past means now: virtual time never goes back. */
  schedule(at: number, run: () => void): void {
    const entry = { at: Math.max(at, this.current), sequence: this.nextSequence, run };
    this.nextSequence += 1;
    this.heap.push(entry);
    this.siftUp(entry);
  }

  /** Runs the next event and moves time to it. @returns false when there was none */
  step(): boolean {
    const first = this.heap[0];
    if (first === undefined) return false;
    const last = this.heap.pop() as Entry;
    if (last !== first) this.siftDown(last);
    this.sameInstant = first.at === this.current ? this.sameInstant + 1 : 1;
    this.current = first.at;
    first.run();
    return true;
  }

  /** Moves time forward to `at`, which no scheduled event may precede. */
  advanceTo(at: number): void {
    if (at <= this.current) return;
    this.current = at;
    this.sameInstant = 0;
  }

  private siftUp(entry: Entry): void {
    const { heap } = this;
    let index = heap.length - 1;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex] as Entry;
      if (!precedes(entry, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = entry;
  }

  private siftDown(entry: Entry): void {
    const { heap } = this;
    const half = heap.length >> 1;
    let index = 0;
    while (index < half) {
      const childIndex = this.smallerChild(index);
      const child = heap[childIndex] as Entry;
      if (!precedes(child, entry)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = entry;
  }

  private smallerChild(index: number): number {
    const left = 2 * index + 1;
    const right = left + 1;
    if (right >= this.heap.length) return left;
    return precedes(this.heap[right] as Entry, this.heap[left] as Entry) ? right : left;
  }
}

function precedes(a: Entry, b: Entry): boolean {
  return a.at === b.at ? a.sequence < b.sequence : a.at < b.at;
}
