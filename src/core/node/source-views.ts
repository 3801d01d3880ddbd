import type { AddressEntry } from '../address-book/address-entry.ts';
import type { AddressKey, Millis } from '../support/brand.ts';
import type { ConnectionUpkeep } from './connection-upkeep.ts';
import type { NodeContext } from './node-context.ts';
import type { SourceReader } from './source-reader.ts';
import type { SourceView } from './views.ts';

/** Addresses shown of a source that has many. */
const SHOWN_MAX = 256;

export interface SourceParts {
  readonly sources: SourceReader;
  readonly upkeep: ConnectionUpkeep;
}

/** Every source of addresses in the order in which it is dialled, with what it gave last. */
export function sourceViews(context: NodeContext, parts: SourceParts, now: Millis): SourceView[] {
  const { book } = context;
  const stored = book.verifiedEntries().filter((entry) => entry.isStored);
  const exchanged = book.newEntries().filter((entry) => entry.source === 'exchange');
  const connectedOf = (keys: readonly string[]): number =>
    keys.filter((key) => isConnected(context, book.get(key as AddressKey))).length;
  const known = (kind: 'stored' | 'exchange', entries: readonly AddressEntry[]): SourceView => {
    const addresses = entries.map((entry) => entry.address.key);
    return {
      ...unread(kind, kind),
      up: addresses.length > 0,
      addresses: addresses.slice(0, SHOWN_MAX),
      connected: connectedOf(addresses),
    };
  };
  const operatorPeers = parts.upkeep.operatorPeerKeys().map((key) => ({
    ...unread(key, 'peer'),
    up: isConnected(context, book.get(key)),
    addresses: [key],
    connected: connectedOf([key]),
  }));
  const seeds = parts.sources.views(now).map((view) => ({
    ...view,
    connected: connectedOf(view.addresses),
  }));
  return [known('stored', stored), ...operatorPeers, ...seeds, known('exchange', exchanged)];
}

/** A source that is not read by itself. */
function unread(
  source: string,
  kind: 'stored' | 'peer' | 'exchange',
): Omit<SourceView, 'up' | 'addresses' | 'connected'> {
  return {
    source,
    kind,
    readAgeMs: undefined,
    nextReadInMs: undefined,
    lastResult: 'ok',
    failures: 0,
  };
}

function isConnected({ sessions }: NodeContext, entry: AddressEntry | undefined): boolean {
  return entry?.nodeId !== undefined && sessions.ofNode(entry.nodeId) !== undefined;
}
