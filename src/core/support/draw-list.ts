import { below, type RandomSource } from './random-source.ts';

/** Up to this many values are shuffled when several are asked for; of more, positions are drawn. */
const SHUFFLED_MAX = 64;

/**
 * A set from which a random member is drawn in O(1) and left in O(1), without a map: each member
 * carries its position in its own field `position`, -1 while it is outside. One field belongs to one
 * list at a time.
 */
export class DrawList<Field extends string, Item extends Record<Field, number>> {
  private items: Item[] = [];

  constructor(private readonly position: Field) {}

  get size(): number {
    return this.items.length;
  }

  at(index: number): Item | undefined {
    return this.items[index];
  }

  /** All members; the order is arbitrary but reproducible. Do not change the list while iterating. */
  values(): readonly Item[] {
    return this.items;
  }

  add(item: Item): void {
    if (item[this.position] >= 0) return;
    this.place(item, this.items.length);
    // Most lists of a book hold one member; `push` onto an empty array would reserve 17 places.
    if (this.items.length === 0) this.items = [item];
    else this.items.push(item);
  }

  delete(item: Item): void {
    const position: number = item[this.position];
    if (position < 0) return;
    const last = this.items.pop() as Item;
    if (last !== item) {
      this.items[position] = last;
      this.place(last, position);
    }
    this.place(item, -1);
  }

  /** Makes `item` a member or not. */
  keep(item: Item, isMember: boolean): void {
    if (isMember) this.add(item);
    else this.delete(item);
  }

  draw(random: RandomSource): Item | undefined {
    return this.items.length === 0 ? undefined : this.items[below(random, this.items.length)];
  }

  /**
   * Up to `count` different members in random order, in O(count): when few are asked of many a repeat
   * is rare, and only then fewer than `count` may come.
   */
  sample(count: number, random: RandomSource): Item[] {
    const size = this.items.length;
    if (count >= size || size <= SHUFFLED_MAX) return this.sampleOfAll(count, random);
    const drawn = new Set<number>();
    for (let i = 0; i < 2 * count && drawn.size < count; i += 1) drawn.add(below(random, size));
    return [...drawn].map((position) => this.items[position] as Item);
  }

  private place(item: Item, position: number): void {
    item[this.position] = position as Item[Field];
  }

  private sampleOfAll(count: number, random: RandomSource): Item[] {
    const all = [...this.items];
    const wanted = Math.min(count, all.length);
    for (let i = 0; i < wanted; i += 1) {
      const j = i + below(random, all.length - i);
      const held = all[i] as Item;
      all[i] = all[j] as Item;
      all[j] = held;
    }
    all.length = wanted;
    return all;
  }
}
