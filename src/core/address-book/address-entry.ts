import type { AddressScope } from '../support/address-scope.ts';
import type { Millis, NodeId, UnixMillis } from '../support/brand.ts';
import type { CloseReason, DialFailure } from '../session/reasons.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { PeerSource } from './vocabulary.ts';

/**
 * Where an address stands. `heard`: somebody named it; `queued`: waits for a feeler; `dialing` and
 * `handshaking`: our dial is under way; `connected`, `proven` (alive for 30 s) and `elder` (proven and
 * long known): our own connection is open; `known`: verified and at rest; `backoff`: failed, tried
 * again later; `quarantined`: was proven once and failed for long, tried again by reach-back alone;
 * `draining`: said goodbye; `discouraged`: its score is low; `banned`, `incompatible`, `self`: not dialled.
 */
export const ADDRESS_STATES = [
  'heard',
  'queued',
  'dialing',
  'handshaking',
  'connected',
  'proven',
  'elder',
  'known',
  'backoff',
  'quarantined',
  'draining',
  'discouraged',
  'banned',
  'incompatible',
  'self',
] as const;
export type AddressState = (typeof ADDRESS_STATES)[number];

export type FailureReason = DialFailure | CloseReason;

/** One address and all that this node found out about it. Read-only outside the address book. */
export interface AddressEntry {
  readonly address: PeerAddress;
  readonly source: PeerSource;
  /** Who plausibly holds it, for diversity: `AddressPolicy.groupOf`. */
  readonly group: string;
  /** Group of the peer that named it first; empty for the operator and the store. */
  readonly sourceGroup: string;
  /** Class of the connection over which hearsay named it: what it resolves to keeps to that. */
  readonly via: AddressScope | undefined;
  /** In the table `tried`: met on a dial that this node chose itself. Otherwise in `new`. */
  readonly isTried: boolean;
  /** It has proven a key by TLS: never dialled without again. */
  readonly isSecured: boolean;
  /** Loaded from the store at this start. */
  readonly isStored: boolean;
  /** Named by the operator: a seed or a `--peer`; never forgotten. */
  readonly isOperator: boolean;
  /** A source of the operator's own has named it in this run: it may lead anywhere. */
  readonly isVouchedFor: boolean;
  readonly state: AddressState;
  /** Of the node that last proved to be there; in plain mode its claim. */
  readonly nodeId: NodeId | undefined;
  /** Our own handshake has succeeded, now or in an earlier run. */
  readonly isVerified: boolean;
  /** Was alive for 30 s on our own connection, now or in an earlier run. */
  readonly isProven: boolean;
  /** `peer:host:port` is in the store. */
  readonly isPersisted: boolean;
  readonly firstSuccessAt: UnixMillis | undefined;
  readonly lastSuccessAt: UnixMillis | undefined;
  /** Counted since the last success. */
  readonly failures: number;
  readonly firstFailureAt: Millis | undefined;
  readonly lastReason: FailureReason | undefined;
  readonly lastDialAt: Millis | undefined;
  /** Not dialled before. */
  readonly nextDialAt: Millis;
  /** Only in the state `banned`. */
  readonly bannedUntil?: UnixMillis | undefined;
}

const UNLISTED: ReadonlySet<AddressState> = new Set<AddressState>([
  'draining',
  'discouraged',
  'banned',
  'incompatible',
  'self',
]);

/** Verified and nothing known against it: may be listed and shared. */
export function isListed(entry: AddressEntry): boolean {
  return entry.isVerified && entry.failures === 0 && !UNLISTED.has(entry.state);
}
