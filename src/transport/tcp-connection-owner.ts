import type { TransportCloseReason } from '../core/session/reasons.ts';
import type { LimitName, TransportLimits } from '../core/support/limits.ts';
import type { TlsChannel } from './tls-channel.ts';

/** What a connection needs of its transport, and tells it. */
export interface TcpConnectionOwner<Connection> {
  readonly limits: TransportLimits;
  /** Absent: every connection is plain. */
  readonly channel: TlsChannel | undefined;
  /** The far end has proven this key; before anything is received. */
  secured(connection: Connection, publicKey: Uint8Array): void;
  /** Wants `flush()` once, after everything of this tick has been sent. */
  dirty(connection: Connection): void;
  received(connection: Connection, bytes: Uint8Array): void;
  /** Reported once, unless this side closed first. */
  ended(connection: Connection, reason: TransportCloseReason): void;
  /** The socket is gone; the last call. */
  gone(connection: Connection): void;
  congested(connection: Connection): void;
  relieved(connection: Connection): void;
  limitHit(limit: LimitName): void;
}
