import type { AddressState } from '../address-book/address-entry.ts';
import type { PeerSource } from '../address-book/vocabulary.ts';
import type { ConnectionClass, Direction } from '../session/connection.ts';
import type { AddressScope } from '../support/address-scope.ts';
import type { SourceReadFailure } from '../connectivity/seed-source.ts';
import type { ConnectionId, NodeId, UnixMillis } from '../support/brand.ts';
import type { BanSubject } from '../connectivity/ban-subject.ts';
import type { MeshReason } from '../connectivity/mesh-latch.ts';
import type { NodeState } from './events.ts';

/** One connection as `/ops/connections` shows it. Times are ages or durations in milliseconds. */
export interface ConnectionView {
  readonly id: ConnectionId;
  /** Empty until the handshake is complete. */
  readonly nodeId: NodeId | '';
  /** Socket's far end. */
  readonly remote: string;
  /** Address at which this peer was verified or, outbound, dialled; empty while unknown. */
  readonly address: string;
  readonly direction: Direction;
  readonly class: ConnectionClass;
  readonly state: 'handshaking' | 'established';
  readonly scope: AddressScope;
  /** With `plain` the node id is the peer's claim. */
  readonly security: 'tls' | 'plain';
  readonly ageMs: number;
  /** Last measured; undefined before the first Pong. */
  readonly rttMs: number | undefined;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly messagesReceived: Readonly<Record<string, number>>;
  readonly messagesSent: Readonly<Record<string, number>>;
  readonly score: number;
  /** Peer-supplied; uncleaned. */
  readonly agent: string;
  /** Peer-supplied; uncleaned. */
  readonly zone: string;
  /** What the peer says of itself and of us; claims. */
  readonly listenAddresses: readonly string[];
  readonly observedAddress: string;
}

/** Filters of `/ops/book`; `cursor` is what the page before gave. */
export interface BookQuery {
  readonly state?: AddressState | undefined;
  readonly source?: PeerSource | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface BookPage {
  readonly entries: readonly BookEntryView[];
  /** Entries that the filters let through, on all pages. */
  readonly total: number;
  /** Of the next page; absent on the last one. */
  readonly nextCursor: string | undefined;
}

/** One configured source of addresses, as `/ops/sources` shows it. */
export interface SourceView {
  /** As the operator wrote it; `stored`, `exchange` and `inbound` for what is not written down. */
  readonly source: string;
  readonly kind: 'stored' | 'peer' | 'address' | 'dns' | 'dnssrv' | 'http' | 'exchange';
  /** Gave an address the last time that it was read or heard. */
  readonly up: boolean;
  /** Age of the last read; undefined before the first. */
  readonly readAgeMs: number | undefined;
  /** When it is read again; undefined for what is not read. */
  readonly nextReadInMs: number | undefined;
  readonly lastResult: 'ok' | SourceReadFailure | 'not-read-yet';
  /** Failures since the last success. */
  readonly failures: number;
  /** Named last. */
  readonly addresses: readonly string[];
  /** Of these: connected now. */
  readonly connected: number;
}

export interface BanView {
  /** The node id or the host. */
  readonly id: string;
  readonly kind: BanSubject['kind'];
  readonly reason: string;
  readonly by: 'operator' | 'score';
  readonly sinceUnixMs: UnixMillis;
  readonly untilUnixMs: UnixMillis;
  /** Bans so far: each doubles the next. */
  readonly count: number;
}

export interface BookEntryView {
  readonly address: string;
  readonly source: PeerSource;
  readonly state: AddressState;
  readonly nodeId: NodeId | '';
  readonly failures: number;
  readonly lastReason: string;
  readonly nextDialInMs: number;
  readonly persisted: boolean;
  readonly table: 'new' | 'tried';
  readonly group: string;
  /** Group that named it; empty for the operator and the store. */
  readonly sourceGroup: string;
  readonly isVerified: boolean;
  readonly isElder: boolean;
  readonly isAnchor: boolean;
  /** Why it is not connected now, in one code; `connected` when it is. */
  readonly whyNot: WhyNotConnected;
}

/** What keeps a known address from being connected, most telling first. */
export const WHY_NOT_CODES = [
  'connected',
  'self',
  'banned',
  'incompatible',
  'dialing',
  'outage',
  'backoff',
  'quarantined',
  'peer-was-full',
  'node-connected-elsewhere',
  'group-taken',
  'host-dialled-lately',
  'slots-full',
  'seeds-not-needed',
  'draining',
  'next-in-line',
] as const;
export type WhyNotConnected = (typeof WHY_NOT_CODES)[number];

/** Running totals since the start; message types are the names of the schema in kebab case. */
export interface TrafficCounters {
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly messagesReceived: Readonly<Record<string, number>>;
  readonly messagesSent: Readonly<Record<string, number>>;
}

export interface ReadinessView {
  /** The mesh latch, one way. */
  readonly joined: boolean;
  readonly reason: MeshReason | undefined;
  /** Why not yet: for a person. */
  readonly waitingFor: string | undefined;
}

/** The whole read model; a fresh object at each call. */
export interface NodeSnapshot {
  readonly state: NodeState;
  readonly nodeId: NodeId;
  readonly agent: string;
  readonly protocolVersion: number;
  readonly chainId: string;
  /** Hex. */
  readonly genesisHash: string;
  readonly uptimeMs: number;
  /** Established, feelers and surplus not counted. */
  readonly peers: { readonly inbound: number; readonly outbound: number };
  readonly dialsInProgress: number;
  readonly book: {
    readonly newEntries: number;
    readonly triedEntries: number;
    readonly persisted: number;
    /** Address groups per table. */
    readonly newGroups: number;
    readonly triedGroups: number;
  };
  readonly traffic: TrafficCounters;
  readonly readiness: ReadinessView;
  readonly draining: boolean;
}
