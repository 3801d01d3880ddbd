import type { AddressEntry } from '../address-book/address-entry.ts';
import type { Millis } from '../support/brand.ts';
import type { NodeContext } from './node-context.ts';
import type { BookEntryView, BookPage, BookQuery, WhyNotConnected } from './views.ts';

/** What only the connection plan knows of an entry. */
export interface PlanFacts {
  readonly isAnchor: (entry: AddressEntry) => boolean;
  readonly isElder: (entry: AddressEntry) => boolean;
  readonly whyNot: (entry: AddressEntry) => WhyNotConnected;
}

/** One page of the book in the order of its keys, so that a cursor stays good while entries come and go. */
export function bookPage(
  context: NodeContext,
  query: BookQuery,
  facts: PlanFacts,
  now: Millis,
): BookPage {
  const { book } = context;
  const matching = [...book.triedEntries(), ...book.newEntries()].filter(
    (entry) =>
      (query.state === undefined || entry.state === query.state) &&
      (query.source === undefined || entry.source === query.source),
  );
  matching.sort((a, b) => (a.address.key < b.address.key ? -1 : 1));
  const { cursor } = query;
  const rest =
    cursor === undefined ? matching : matching.filter((entry) => entry.address.key > cursor);
  const shown = rest.slice(0, query.limit);
  return {
    entries: shown.map((entry) => viewOf(entry, facts, now)),
    total: matching.length,
    nextCursor: rest.length > shown.length ? shown.at(-1)?.address.key : undefined,
  };
}

function viewOf(entry: AddressEntry, facts: PlanFacts, now: Millis): BookEntryView {
  return {
    address: entry.address.key,
    source: entry.source,
    state: entry.state,
    nodeId: entry.nodeId ?? '',
    failures: entry.failures,
    lastReason: entry.lastReason ?? '',
    nextDialInMs: Math.max(0, entry.nextDialAt - now),
    persisted: entry.isPersisted,
    table: entry.isTried ? 'tried' : 'new',
    group: entry.group,
    sourceGroup: entry.sourceGroup,
    isVerified: entry.isVerified,
    isElder: facts.isElder(entry),
    isAnchor: facts.isAnchor(entry),
    whyNot: facts.whyNot(entry),
  };
}
