import type { RandomSource } from '../support/random-source.ts';
import { DrawList } from '../support/draw-list.ts';
import { NOWHERE, type BookEntry } from './book-entry.ts';

/** The entries of one address group in one table. */
export class EntryGroup extends DrawList<'groupPosition', BookEntry> {
  /** In the table's list of groups. */
  groupsPosition = -1;

  constructor(readonly name: string) {
    super('groupPosition');
  }
}

/**
 * Goal: any entry, a group and an entry of a group at random, in O(1). Adversary: many entries in few
 * groups. Mechanism: a map from places in buckets to their holders (most buckets of a small network
 * are empty), and lists whose members carry their positions. Bound: that of the buckets and of
 * `AddressTables`; a group goes with its last entry.
 */
export class EntryTable {
  private readonly holders = new Map<number, BookEntry>();
  private readonly entries = new DrawList<'tablePosition', BookEntry>('tablePosition');
  private readonly groups = new DrawList<'groupsPosition', EntryGroup>('groupsPosition');
  private readonly groupOfName = new Map<string, EntryGroup>();

  get size(): number {
    return this.entries.size;
  }

  get groupCount(): number {
    return this.groups.size;
  }

  values(): readonly BookEntry[] {
    return this.entries.values();
  }

  holderOf(place: number): BookEntry | undefined {
    return this.holders.get(place);
  }

  groupNamed(name: string): EntryGroup | undefined {
    return this.groupOfName.get(name);
  }

  drawGroup(random: RandomSource): EntryGroup | undefined {
    return this.groups.draw(random);
  }

  draw(random: RandomSource): BookEntry | undefined {
    return this.entries.draw(random);
  }

  sample(count: number, random: RandomSource): BookEntry[] {
    return this.entries.sample(count, random);
  }

  add(entry: BookEntry): void {
    this.entries.add(entry);
    let group = this.groupOfName.get(entry.group);
    if (group === undefined) {
      group = new EntryGroup(entry.group);
      this.groupOfName.set(group.name, group);
      this.groups.add(group);
    }
    group.add(entry);
  }

  /** Removes the entry from all its places as well. */
  delete(entry: BookEntry): void {
    for (const place of entry.places) this.holders.delete(place);
    entry.places = NOWHERE;
    this.entries.delete(entry);
    const group = this.groupOfName.get(entry.group);
    if (group === undefined) return;
    group.delete(entry);
    if (group.size > 0) return;
    this.groups.delete(group);
    this.groupOfName.delete(group.name);
  }

  occupy(place: number, entry: BookEntry): void {
    this.holders.set(place, entry);
    entry.places = [...entry.places, place];
  }

  vacate(place: number): void {
    const holder = this.holders.get(place);
    if (holder === undefined) return;
    this.holders.delete(place);
    holder.places = holder.places.filter((held) => held !== place);
  }
}
