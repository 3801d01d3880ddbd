import type { AddressBook } from '../address-book/address-book.ts';
import type { AddressEntry } from '../address-book/address-entry.ts';
import { millis, type Millis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { RandomSource } from '../support/random-source.ts';
import type { Sha256 } from '../support/sha256.ts';
import { FilterBuilder, type KnownFilter } from '../wire/known-filter.ts';

/** One salt is in use for so long, at most: a false positive hides an address no longer than that. */
const RENEW_AFTER_MS = 60_000;
/** Room for what becomes known until then. */
const HEADROOM = 1.25;

const NO_FILTER: KnownFilter = { knownFilter: new Uint8Array(0), filterSalt: 0, filterHashes: 0 };

/**
 * Which addresses this node knows, as a filter for its questions. Adding to one filter for a minute
 * costs a hash per new address; one filter per question would cost a hash per known address. What was
 * forgotten meanwhile stays in it until the next one.
 */
export class BookFilter {
  private builder: FilterBuilder | undefined;
  private readonly added = new Set<string>();
  private capacity = 0;
  private renewAt = millis(0);
  /** How many addresses had ever come into the book when it was last looked through. */
  private entered: number | undefined;

  constructor(
    private readonly limits: NodeLimits,
    private readonly random: RandomSource,
    private readonly sha256: Sha256,
  ) {}

  /** With too much known the question goes without a filter. */
  of(book: AddressBook, now: Millis): KnownFilter {
    const known = book.knownCount;
    if (known === 0 || known > this.limits.filterEntriesMax) return NO_FILTER;
    let { builder } = this;
    const fits = Math.max(known, this.added.size) <= this.capacity;
    if (builder === undefined || now >= this.renewAt || !fits) builder = this.renew(known, now);
    if (this.entered !== book.enteredCount) {
      this.entered = book.enteredCount;
      this.addAll(builder, book.newEntries());
      this.addAll(builder, book.triedEntries());
    }
    return builder.fields();
  }

  private addAll(builder: FilterBuilder, entries: readonly AddressEntry[]): void {
    for (const { address } of entries) {
      if (this.added.has(address.key)) continue;
      this.added.add(address.key);
      builder.add(address.key);
    }
  }

  private renew(known: number, now: Millis): FilterBuilder {
    this.added.clear();
    this.entered = undefined;
    this.capacity = Math.ceil(known * HEADROOM);
    this.renewAt = millis(now + RENEW_AFTER_MS);
    this.builder = new FilterBuilder(this.capacity, this.random.nextU32(), this.sha256);
    return this.builder;
  }
}
