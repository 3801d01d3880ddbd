/*
 * Goal: remember which announcements were handled.
 * Adversary: sends new hashes for ever, so that memory grows or old ones are forgotten.
 * Mechanism: two generations. The young one fills up, becomes the old one, and the old one before
 * it goes at once; nothing is ever moved or sorted. A hash asked for again is young again.
 * Bound: `capacity` hashes; at least the last capacity / 2 different ones are remembered.
 * Cost: one or two look-ups.
 */
export class SeenSet {
  private young = new Set<string>();
  private old = new Set<string>();
  private readonly generationMax: number;

  /** @param capacity at least 2 */
  constructor(capacity: number) {
    if (!(capacity >= 2)) throw new RangeError('a seen-set holds at least two hashes');
    this.generationMax = Math.floor(capacity / 2);
  }

  /** Never more than the capacity. */
  get size(): number {
    return this.young.size + this.old.size;
  }

  has(hash: Uint8Array): boolean {
    const key = byteKey(hash);
    return this.young.has(key) || this.old.has(key);
  }

  /** @returns whether the hash is new. */
  add(hash: Uint8Array): boolean {
    const key = byteKey(hash);
    if (this.young.has(key)) return false;
    const isNew = !this.old.delete(key);
    if (this.young.size >= this.generationMax) {
      this.old = this.young;
      this.young = new Set();
    }
    this.young.add(key);
    return isNew;
  }
}

/** One character per byte: half the memory of hex. For at most some hundred bytes. */
export function byteKey(bytes: Uint8Array): string {
  // Not by spreading: that walks an iterator and costs more than twice as much.
  return String.fromCharCode.apply(undefined, bytes as unknown as number[]);
}
