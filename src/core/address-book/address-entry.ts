import type { Millis, NodeId, UnixMillis } from '../support/brand.ts';
import type { CloseReason, DialFailure } from '../session/reasons.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { PeerSource } from './vocabulary.ts';

/**
 * Where an address stands. `connected` and `proven` hold while our own connection to it is open;
 * `known` is verified and at rest; `draining` said goodbye and is dialled again later.
 */
export const ADDRESS_STATES = [
  'heard',
  'dialing',
  'connected',
  'proven',
  'known',
  'backoff',
  'draining',
  'incompatible',
  'self',
] as const;
export type AddressState = (typeof ADDRESS_STATES)[number];

export type FailureReason = DialFailure | CloseReason;

/** One address and all that this node found out about it. Read-only outside the address book. */
export interface AddressEntry {
  readonly address: PeerAddress;
  readonly source: PeerSource;
  /** Loaded from the store at this start. */
  readonly isStored: boolean;
  /** Named by the operator: a seed or a `--peer`; never forgotten. */
  readonly isOperator: boolean;
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
}

/** Verified and nothing known against it: may be listed and shared. */
export function isListed(entry: AddressEntry): boolean {
  return (
    entry.isVerified &&
    entry.failures === 0 &&
    entry.state !== 'draining' &&
    entry.state !== 'incompatible' &&
    entry.state !== 'self'
  );
}
