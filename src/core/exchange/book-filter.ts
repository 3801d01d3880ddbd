import type { AddressBook } from '../address-book/address-book.ts';
import { millis, type Millis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { RandomSource } from '../support/random-source.ts';
import type { Sha256 } from '../support/sha256.ts';
import { FilterBuilder, type KnownFilter } from '../wire/known-filter.ts';

/**
 * One salt is in use for so long, at most: a false positive, one address in a hundred, is hidden no
 * longer than that.
 */
const RENEW_AFTER_MS = 300_000;
/** Room for what becomes known until then. */
const HEADROOM = 1.25;

const NO_FILTER: KnownFilter = { knownFilter: new Uint8Array(0), filterSalt: 0, filterHashes: 0 };

/**
 * Which addresses this node knows, as a filter for its questions. Adding to one filter for minutes
 * costs a hash per new address; one filter per question would cost a hash per known address. What was
 * forgotten meanwhile stays in it until the next one.
 */
export class BookFilter {
  private builder: FilterBuilder | undefined;
  private capacity = 0;
  private added = 0;
  private renewAt = millis(0);

  constructor(
    private readonly limits: NodeLimits,
    private readonly random: RandomSource,
    private readonly sha256: Sha256,
  ) {}

  /** With too much known the question goes without a filter. */
  of(book: AddressBook, now: Millis): KnownFilter {
    const known = book.knownCount;
    if (known === 0 || known > this.limits.filterEntriesMax) return NO_FILTER;
    const arrivals = book.takeArrivals();
    const { builder } = this;
    const isSpent = builder === undefined || arrivals === undefined || now >= this.renewAt;
    if (isSpent || this.added + arrivals.length > this.capacity) return this.renew(book, now);
    this.addAll(builder, arrivals);
    return builder.fields();
  }

  private renew(book: AddressBook, now: Millis): KnownFilter {
    this.added = 0;
    this.capacity = Math.ceil(book.knownCount * HEADROOM);
    this.renewAt = millis(now + RENEW_AFTER_MS);
    const builder = new FilterBuilder(this.capacity, this.random.nextU32(), this.sha256);
    for (const entries of [book.newEntries(), book.triedEntries()]) {
      this.addAll(
        builder,
        entries.map((entry) => entry.address.key),
      );
    }
    this.builder = builder;
    return builder.fields();
  }

  private addAll(builder: FilterBuilder, keys: readonly string[]): void {
    this.added += keys.length;
    for (const key of keys) builder.add(key);
  }
}
