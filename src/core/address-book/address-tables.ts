import type { AddressKey } from '../support/brand.ts';
import { DrawList } from '../support/draw-list.ts';
import { randomHashKey, type HashKey } from '../support/keyed-hash.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { RandomSource } from '../support/random-source.ts';
import type { AddressEntry, AddressState } from './address-entry.ts';
import type { BookEntry } from './book-entry.ts';
import { EntryTable } from './entry-table.ts';
import { TablePlaces } from './table-places.ts';
import type { AddressRefusal } from './vocabulary.ts';

/** Draws when a full source group looks for a dead entry: finds one in 57 % of cases when one in ten is. */
const EVICTION_DRAWS = 8;

/**
 * Slots in which an address may be put for one source. With one, a network of 200 in one group would
 * lose a tenth of them to chance; with four it loses none, and the source's buckets stay its bound.
 */
const SLOT_CHOICES = 4;

/** Kept beside the buckets, because its slot is taken. */
const NO_PLACE = -1;

type SourceList = DrawList<'sourcePosition', BookEntry>;

/**
 * Goal: room for what honest peers name, whatever others name. Adversary: floods of addresses from few
 * groups. Mechanism: `new` and `tried` as buckets with one slot per address and bucket; a slot that
 * a live entry holds refuses the newcomer, a dead one gives way; a source group has a quota. The
 * operator's addresses, stored peers and once-proven ones are kept beside the buckets when their slot
 * is taken. Bound: both tables' slots + `unplacedEntriesMax` + the operator's list.
 * Cost: O(1) per call.
 */
export class AddressTables {
  readonly fresh = new EntryTable();
  readonly tried = new EntryTable();
  readonly verified = new DrawList<'verifiedPosition', BookEntry>('verifiedPosition');
  /** Proven once, and failing since. */
  readonly lost = new DrawList<'lostPosition', BookEntry>('lostPosition');
  places: TablePlaces;
  /** What came into the book since `takeArrivals`; undefined when that was too much to list. */
  private arrivals: AddressKey[] | undefined;
  private readonly byKey = new Map<AddressKey, BookEntry>();
  /** By source group: what it named and `new` holds. */
  private readonly sources = new Map<string, SourceList>();
  private unplaced = 0;

  constructor(
    private readonly limits: NodeLimits,
    private readonly random: RandomSource,
    /** An entry is gone for good. */
    private readonly onDropped: (entry: BookEntry) => void,
  ) {
    this.places = new TablePlaces(randomHashKey(random), limits);
  }

  get size(): number {
    return this.byKey.size;
  }

  /** Keys of all that has come into the book since the last call; undefined: nobody kept count. */
  takeArrivals(): readonly AddressKey[] | undefined {
    const { arrivals } = this;
    this.arrivals = [];
    return arrivals;
  }

  find(key: AddressKey): BookEntry | undefined {
    return this.byKey.get(key);
  }

  /** Takes over the key of an earlier run; only while nothing has a place yet. */
  rekey(key: HashKey): void {
    if (this.byKey.size === 0) this.places = new TablePlaces(key, this.limits);
  }

  /**
   * Makes room for hearsay; `enterHeard` with the returned place must follow.
   * @returns the place in `new`, or why there is none
   */
  placeForHearsay(hash: number, sourceGroup: string): number | AddressRefusal {
    if (!this.hasSourceRoom(sourceGroup)) return 'source-group-full';
    if (this.fresh.size >= this.limits.newEntriesMax) return 'table-full';
    const place = this.roomFor(hash, sourceGroup);
    return place === NO_PLACE ? 'table-full' : place;
  }

  enterHeard(entry: BookEntry, place: number): void {
    let source = this.sources.get(entry.sourceGroup);
    if (source === undefined) {
      source = new DrawList('sourcePosition');
      this.sources.set(entry.sourceGroup, source);
    }
    source.add(entry);
    this.enterFresh(entry, place);
  }

  /**
   * Puts an entry that no peer named, or that leaves `tried`, into `new`: spread by its own group, and
   * beside the buckets when its slot is taken.
   * @returns whether there was room
   */
  enterOwn(entry: BookEntry): boolean {
    const place = this.roomFor(entry.hash, entry.group);
    const mayEnter =
      place !== NO_PLACE || entry.isOperator || this.unplaced < this.limits.unplacedEntriesMax;
    if (mayEnter) this.enterFresh(entry, place);
    return mayEnter;
  }

  /** Another source group names an entry of `new`: one more place, the less likely the more it has. */
  addPlace(entry: BookEntry, sourceGroup: string): void {
    const held = entry.places.length;
    if (entry.isTried || sourceGroup === entry.sourceGroup) return;
    if (held === 0 || held >= this.limits.newBucketsPerAddress) return;
    if (this.random.nextU32() >>> (32 - held) !== 0) return;
    const source = this.places.hashOf(sourceGroup);
    const place = this.places.ofNew(entry.hash, source, 0);
    if (this.fresh.holderOf(place) !== entry && this.makeRoom(place)) {
      this.fresh.occupy(place, entry);
    }
  }

  /** Who holds the slot in `tried` that belongs to this entry. */
  triedHolder(entry: BookEntry): BookEntry | undefined {
    return this.tried.holderOf(this.places.ofTried(entry.hash, entry.group));
  }

  /** Puts an entry that is in no table into its slot in `tried`, which must be free. */
  enterTried(entry: BookEntry): void {
    this.hold(entry);
    entry.isTried = true;
    this.tried.add(entry);
    this.tried.occupy(this.places.ofTried(entry.hash, entry.group), entry);
    this.refresh(entry);
  }

  /**
   * Moves an entry to its slot in `tried`. Who held it goes back to `new`, first of all to where the
   * entry was; it is dropped when there is no room at all.
   */
  promote(entry: BookEntry, holder: BookEntry | undefined): void {
    this.leave(entry);
    if (holder !== undefined) {
      this.leave(holder);
      if (!this.enterOwn(holder)) this.drop(holder);
    }
    this.enterTried(entry);
  }

  drop(entry: BookEntry): void {
    if (this.byKey.get(entry.address.key) !== entry) return;
    this.leave(entry);
    this.byKey.delete(entry.address.key);
    this.verified.delete(entry);
    this.lost.delete(entry);
    this.onDropped(entry);
  }

  /** Brings the lists in step with what the entry says of itself. */
  refresh(entry: BookEntry): void {
    if (this.byKey.get(entry.address.key) !== entry) return;
    this.verified.keep(entry, entry.isVerified);
    this.lost.keep(entry, isLost(entry));
  }

  private hold(entry: BookEntry): void {
    const { key } = entry.address;
    if (this.byKey.get(key) === entry) return;
    this.byKey.set(key, entry);
    if (this.arrivals === undefined) return;
    if (this.arrivals.length < this.limits.filterEntriesMax) this.arrivals.push(key);
    else this.arrivals = undefined;
  }

  private enterFresh(entry: BookEntry, place: number): void {
    this.hold(entry);
    this.fresh.add(entry);
    if (place === NO_PLACE) this.unplaced += 1;
    else this.fresh.occupy(place, entry);
    this.refresh(entry);
  }

  /** Out of its table and its source's quota, but still in the book. */
  private leave(entry: BookEntry): void {
    if (entry.tablePosition < 0) return;
    if (!entry.isTried && entry.places.length === 0) this.unplaced -= 1;
    (entry.isTried ? this.tried : this.fresh).delete(entry);
    entry.isTried = false;
    const source = this.sources.get(entry.sourceGroup);
    if (source === undefined || entry.sourcePosition < 0) return;
    source.delete(entry);
    if (source.size === 0) this.sources.delete(entry.sourceGroup);
  }

  private hasSourceRoom(sourceGroup: string): boolean {
    const source = this.sources.get(sourceGroup);
    if (source === undefined || source.size < this.limits.sourceGroupEntriesMax) return true;
    for (let draw = 0; draw < EVICTION_DRAWS; draw += 1) {
      const entry = source.draw(this.random);
      if (entry === undefined || !givesWay(entry)) continue;
      this.drop(entry);
      return true;
    }
    return false;
  }

  /** @returns a place in `new` that is free now, or `NO_PLACE` */
  private roomFor(hash: number, sourceGroup: string): number {
    const source = this.places.hashOf(sourceGroup);
    for (let choice = 0; choice < SLOT_CHOICES; choice += 1) {
      const place = this.places.ofNew(hash, source, choice);
      if (this.fresh.holderOf(place) === undefined) return place;
    }
    for (let choice = 0; choice < SLOT_CHOICES; choice += 1) {
      const place = this.places.ofNew(hash, source, choice);
      if (this.makeRoom(place)) return place;
    }
    return NO_PLACE;
  }

  /** @returns whether a place in `new` is free, if need be because its dead holder gave way */
  private makeRoom(place: number): boolean {
    const holder = this.fresh.holderOf(place);
    if (holder === undefined) return true;
    if (!givesWay(holder)) return false;
    this.fresh.vacate(place);
    if (holder.places.length > 0) return true;
    const staysBeside = holder.isProven && this.unplaced < this.limits.unplacedEntriesMax;
    this.unplaced += 1;
    if (!staysBeside) this.drop(holder);
    return true;
  }
}

/** States in which our own dial or connection is under way. */
const BUSY: ReadonlySet<AddressState> = new Set<AddressState>([
  'dialing',
  'handshaking',
  'connected',
  'proven',
  'elder',
]);
/** What became of a proven peer that is of no use for long. */
const SPENT: ReadonlySet<AddressState> = new Set<AddressState>([
  'quarantined',
  'incompatible',
  'self',
]);

export function isBusy(entry: AddressEntry): boolean {
  return BUSY.has(entry.state);
}

/** Whether the holder of a slot is dead: did not answer when asked, or was lost, or is of no use. */
export function givesWay(entry: AddressEntry): boolean {
  if (entry.isOperator || entry.isPersisted || isBusy(entry)) return false;
  return entry.isProven ? SPENT.has(entry.state) : entry.failures > 0;
}

function isLost(entry: BookEntry): boolean {
  if (!entry.isProven || entry.failures === 0) return false;
  return entry.state === 'backoff' || entry.state === 'quarantined';
}
