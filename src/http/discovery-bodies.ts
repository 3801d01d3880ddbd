import type { BanView, BookEntryView, BookPage, SourceView } from '../core/node/views.ts';

/** A name can have hundreds of addresses; `address_count` tells how many there are. */
const SOURCE_ADDRESSES_MAX = 100;
/** The last millisecond that a `Date` knows (ECMA-262, 21.4.1.1). */
const UNIX_MILLIS_MAX = 8_640_000_000_000_000;

/** One element of `GET /ops/book`. */
export interface BookEntryBody {
  readonly address: string;
  readonly source: string;
  readonly state: string;
  readonly table: string;
  readonly node_id: string;
  readonly group: string;
  readonly source_group: string;
  readonly verified: boolean;
  readonly persisted: boolean;
  readonly elder: boolean;
  readonly anchor: boolean;
  readonly failures: number;
  readonly last_reason: string;
  /** null: not by itself. */
  readonly next_dial_in_seconds: number | null;
  readonly why_not_connected: string;
}

export interface BookBody {
  readonly entries: readonly BookEntryBody[];
  readonly count: number;
  /** Of all pages. */
  readonly total: number;
  readonly next_cursor: string | null;
}

export function bookBody(page: BookPage): BookBody {
  return {
    entries: page.entries.map(bookEntryBody),
    count: page.entries.length,
    total: page.total,
    next_cursor: page.nextCursor ?? null,
  };
}

function bookEntryBody(view: BookEntryView): BookEntryBody {
  return {
    address: view.address,
    source: view.source,
    state: view.state,
    table: view.table,
    node_id: view.nodeId,
    group: view.group,
    source_group: view.sourceGroup,
    verified: view.isVerified,
    persisted: view.persisted,
    elder: view.isElder,
    anchor: view.isAnchor,
    failures: view.failures,
    last_reason: view.lastReason,
    next_dial_in_seconds: secondsUntil(view.nextDialInMs),
    why_not_connected: view.whyNot,
  };
}

/** One element of `GET /ops/sources`. */
export interface SourceBody {
  readonly source: string;
  readonly kind: string;
  readonly up: boolean;
  /** null: not read yet. */
  readonly last_read_seconds_ago: number | null;
  /** null: not read again. */
  readonly next_read_in_seconds: number | null;
  readonly last_result: string;
  readonly failures: number;
  /** At most 100 of them. */
  readonly addresses: readonly string[];
  readonly address_count: number;
  readonly connected: number;
}

export function sourceBody(view: SourceView): SourceBody {
  return {
    source: view.source,
    kind: view.kind,
    up: view.up,
    last_read_seconds_ago: view.readAgeMs === undefined ? null : Math.floor(view.readAgeMs / 1_000),
    next_read_in_seconds: secondsUntil(view.nextReadInMs),
    last_result: view.lastResult,
    failures: view.failures,
    addresses: view.addresses.slice(0, SOURCE_ADDRESSES_MAX),
    address_count: view.addresses.length,
    connected: view.connected,
  };
}

/** One element of `GET /ops/bans`. */
export interface BanBody {
  readonly id: string;
  readonly kind: string;
  readonly reason: string;
  readonly by: string;
  /** ISO 8601, as `until`. */
  readonly since: string;
  readonly until: string;
  readonly remaining_seconds: number;
  /** Bans of it so far. */
  readonly count: number;
}

export function banBody(view: BanView, nowUnixMs: number): BanBody {
  return {
    id: view.id,
    kind: view.kind,
    reason: view.reason,
    by: view.by,
    since: isoTime(view.sinceUnixMs),
    until: isoTime(view.untilUnixMs),
    remaining_seconds: Math.max(0, Math.ceil((view.untilUnixMs - nowUnixMs) / 1_000)),
    count: view.count,
  };
}

function secondsUntil(inMs: number | undefined): number | null {
  if (inMs === undefined || !Number.isFinite(inMs)) return null;
  return Math.max(0, Math.ceil(inMs / 1_000));
}

function isoTime(unixMs: number): string {
  return new Date(Math.min(unixMs, UNIX_MILLIS_MAX)).toISOString();
}
