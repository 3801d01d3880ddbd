import { below, type RandomSource } from './random-source.ts';

/** A map from which a random value is drawn in O(1): values in an array, removal by swapping. */
export class IndexedMap<Key, Value> {
  private readonly positions = new Map<Key, number>();
  private readonly keys: Key[] = [];
  private readonly items: Value[] = [];

  get size(): number {
    return this.items.length;
  }

  has(key: Key): boolean {
    return this.positions.has(key);
  }

  get(key: Key): Value | undefined {
    const position = this.positions.get(key);
    return position === undefined ? undefined : this.items[position];
  }

  set(key: Key, value: Value): void {
    const position = this.positions.get(key);
    if (position !== undefined) {
      this.items[position] = value;
      return;
    }
    this.positions.set(key, this.items.length);
    this.keys.push(key);
    this.items.push(value);
  }

  delete(key: Key): boolean {
    const position = this.positions.get(key);
    if (position === undefined) return false;
    const lastKey = this.keys.pop() as Key;
    const lastValue = this.items.pop() as Value;
    if (position < this.items.length) {
      this.keys[position] = lastKey;
      this.items[position] = lastValue;
      this.positions.set(lastKey, position);
    }
    this.positions.delete(key);
    return true;
  }

  /** All values; the order is arbitrary but reproducible. Do not change the map while iterating. */
  values(): readonly Value[] {
    return this.items;
  }

  /**
   * Up to `count` different values in random order. Costs O(count), whatever the size, by drawing
   * with repetition: when few values are asked of many, a repeat is rare; of few, all are shuffled.
   */
  sample(count: number, random: RandomSource): Value[] {
    const size = this.items.length;
    if (count >= size || size <= 64) return this.sampleOfAll(count, random);
    const drawn = new Set<number>();
    for (let i = 0; i < 2 * count && drawn.size < count; i += 1) drawn.add(below(random, size));
    return [...drawn].map((position) => this.items[position] as Value);
  }

  private sampleOfAll(count: number, random: RandomSource): Value[] {
    const all = [...this.items];
    const wanted = Math.min(count, all.length);
    for (let i = 0; i < wanted; i += 1) {
      const j = i + below(random, all.length - i);
      const held = all[i] as Value;
      all[i] = all[j] as Value;
      all[j] = held;
    }
    all.length = wanted;
    return all;
  }
}
