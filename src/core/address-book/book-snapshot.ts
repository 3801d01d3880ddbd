import { ADDRESS_SCOPES, type AddressScope } from '../support/address-scope.ts';
import { unixMillis, type AddressKey, type Millis, type UnixMillis } from '../support/brand.ts';
import { asciiJson, parseJson } from '../support/json-text.ts';
import type { HashKey } from '../support/keyed-hash.ts';
import type { NodeLimits } from '../support/limits.ts';
import { parseCanonicalPeerAddress, type PeerAddress } from '../support/peer-address.ts';
import type { AddressTables } from './address-tables.ts';
import type { BookEntry, EntryOrigin } from './book-entry.ts';
import { PEER_SOURCES } from './vocabulary.ts';

const VERSION = 1;
/** A snapshot nests three deep: the object, its list, a row. */
const DEPTH_MAX = 3;
/** Longer than any address or zone. */
const GROUP_LENGTH_MAX = 300;
const UNIX_MILLIS_MAX = 8_640_000_000_000_000;
const FAILURES_MAX = 1_000_000;
/** Room that is kept for the key, the brackets and the names. */
const FRAME_BYTES = 256;
/** Of a snapshot, for addresses that have proven a key: all of them, unless most are long names. */
const SECURED_SHARE = 0.25;
const QUOTES_AND_COMMA = 3;

const KINDS = ['heard', 'lost', 'incompatible'] as const;

/** What of an entry outlives a restart beside the store's own keys. */
export interface SnapshotEntry extends EntryOrigin {
  readonly address: PeerAddress;
  readonly kind: (typeof KINDS)[number];
  readonly failures: number;
  readonly nextDialAt: UnixMillis;
  readonly firstSuccessAt: UnixMillis | undefined;
  readonly lastSuccessAt: UnixMillis | undefined;
}

interface BookSnapshot {
  readonly key: HashKey;
  readonly entries: readonly SnapshotEntry[];
  /** Addresses that have proven a key. */
  readonly secured: readonly AddressKey[];
}

interface SnapshotFrame {
  readonly limits: NodeLimits;
  /** What `securedText` says. */
  readonly secured: string;
  readonly now: Millis;
  readonly at: UnixMillis;
}

/**
 * The key of the tables and the entries of `new` that are worth it, as JSON in ASCII: hearsay that has
 * not failed, once-proven peers that were lost, and what belongs to other networks; and the addresses
 * that have proven a key. The store's own keys hold the rest. Bound: `bookSnapshotBytesMax`; the lost
 * come first. Cost: O(entries).
 */
export function snapshotOf(
  tables: AddressTables,
  { limits, secured, now, at }: SnapshotFrame,
): string {
  const groups = new Map<string, number>();
  const names: string[] = [];
  const rows: string[] = [];
  let left = limits.bookSnapshotBytesMax - FRAME_BYTES - secured.length;
  const numberOf = (group: string): number => {
    const known = groups.get(group);
    if (known !== undefined) return known;
    groups.set(group, groups.size);
    const name = asciiJson(group);
    names.push(name);
    left -= name.length + 1;
    return groups.size - 1;
  };
  const add = (entry: BookEntry): void => {
    const kind = kindOf(entry);
    if (kind === undefined || left <= 0) return;
    const row = asciiJson(
      rowOf(entry, KINDS.indexOf(kind), numberOf, unixMillis(at + entry.nextDialAt - now)),
    );
    left -= row.length + 1;
    if (left > 0) rows.push(row);
  };
  for (const entry of tables.lost.values()) add(entry);
  for (const entry of tables.fresh.values()) if (entry.lostPosition < 0) add(entry);
  const [k0, k1] = tables.places.key;
  return `{"version":${VERSION},"key":[${k0},${k1}],"groups":[${names.join()}],"entries":[${rows.join()}]${secured}}`;
}

/** The member `secured` with the comma before it: as much as its share has room for, the latest first in line. */
export function securedText(keys: readonly AddressKey[], limits: NodeLimits): string {
  let left = limits.bookSnapshotBytesMax * SECURED_SHARE;
  let from = keys.length;
  while (from > 0) {
    left -= (keys[from - 1] as AddressKey).length + QUOTES_AND_COMMA;
    if (left < 0) break;
    from -= 1;
  }
  return from === keys.length ? '' : `,"secured":${JSON.stringify(keys.slice(from))}`;
}

/** @returns what the text says, without what makes no sense; undefined when it is no snapshot */
export function readSnapshot(text: string, limits: NodeLimits): BookSnapshot | undefined {
  const { bookSnapshotBytesMax: bytesMax, bookSnapshotValuesMax: valuesMax } = limits;
  if (text.length > bytesMax) return undefined;
  const value = parseJson(text, { depthMax: DEPTH_MAX, valuesMax });
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, key, groups, entries, secured } = value as Record<string, unknown>;
  if (version !== VERSION || !isHashKey(key)) return undefined;
  return {
    key,
    entries: isList(groups) && isList(entries) ? entriesOf(entries, groups) : [],
    secured: isList(secured) ? securedOf(secured.slice(-limits.securedAddressesMax)) : [],
  };
}

function securedOf(values: readonly unknown[]): AddressKey[] {
  return values.flatMap((value) => {
    const parsed = typeof value === 'string' ? parseCanonicalPeerAddress(value) : undefined;
    return parsed?.ok === true ? [parsed.address.key] : [];
  });
}

function entriesOf(rows: readonly unknown[], groups: readonly unknown[]): SnapshotEntry[] {
  const read: SnapshotEntry[] = [];
  for (const row of rows) {
    const entry = isList(row) ? entryOf(row, groups) : undefined;
    if (entry !== undefined) read.push(entry);
  }
  return read;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function kindOf(entry: BookEntry): SnapshotEntry['kind'] | undefined {
  if (entry.isOperator || entry.isPersisted) return undefined;
  if (entry.lostPosition >= 0) return 'lost';
  if (entry.state === 'incompatible') return 'incompatible';
  const isOut = entry.state === 'self' || entry.state === 'banned';
  return entry.failures > 0 || isOut ? undefined : 'heard';
}

function rowOf(
  entry: BookEntry,
  kind: number,
  numberOf: (group: string) => number,
  nextDialAt: UnixMillis,
): unknown[] {
  const { address, source, via, failures, firstSuccessAt, lastSuccessAt } = entry;
  return [
    address.key,
    kind,
    PEER_SOURCES.indexOf(source),
    numberOf(entry.group),
    numberOf(entry.sourceGroup),
    via === undefined ? -1 : ADDRESS_SCOPES.indexOf(via),
    failures,
    Math.max(0, Math.round(nextDialAt)),
    firstSuccessAt ?? -1,
    lastSuccessAt ?? -1,
  ];
}

/** One row, field by field. */
function entryOf(row: readonly unknown[], groups: readonly unknown[]): SnapshotEntry | undefined {
  const [key, kindAt, sourceAt, groupAt, sourceGroupAt, viaAt, failures, due, first, last] = row;
  const parsed = typeof key === 'string' ? parseCanonicalPeerAddress(key) : undefined;
  const kind = memberAt(KINDS, kindAt);
  const source = memberAt(PEER_SOURCES, sourceAt);
  const group = groupNameAt(groups, groupAt);
  const sourceGroup = groupNameAt(groups, sourceGroupAt);
  if (parsed?.ok !== true || kind === undefined || source === undefined) return undefined;
  if (group === undefined || sourceGroup === undefined) return undefined;
  if (!isCount(failures, FAILURES_MAX) || !isCount(due, UNIX_MILLIS_MAX)) return undefined;
  return {
    address: parsed.address,
    kind,
    source,
    group,
    sourceGroup,
    via: memberAt<AddressScope>(ADDRESS_SCOPES, viaAt),
    failures,
    nextDialAt: unixMillis(due),
    firstSuccessAt: timeOf(first),
    lastSuccessAt: timeOf(last),
  };
}

function timeOf(value: unknown): UnixMillis | undefined {
  return isCount(value, UNIX_MILLIS_MAX) ? unixMillis(value) : undefined;
}

function memberAt<Member>(members: readonly Member[], index: unknown): Member | undefined {
  return isCount(index, members.length - 1) ? members[index] : undefined;
}

function groupNameAt(groups: readonly unknown[], index: unknown): string | undefined {
  const name = memberAt(groups, index);
  return typeof name === 'string' && name.length <= GROUP_LENGTH_MAX ? name : undefined;
}

function isHashKey(value: unknown): value is [number, number] {
  return (
    Array.isArray(value) && value.length === 2 && value.every((word) => isCount(word, 0xffff_ffff))
  );
}

function isCount(value: unknown, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max;
}
