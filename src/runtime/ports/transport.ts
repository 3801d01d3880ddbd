import type { ConnectionId } from '../../core/support/brand.ts';
import type { PeerAddress } from '../../core/support/peer-address.ts';
import type { DialFailure, TransportCloseReason } from '../../core/session/reasons.ts';
import type { LimitName } from '../../core/support/limits.ts';

export interface OpenedConnection {
  readonly connectionId: ConnectionId;
  readonly direction: 'inbound' | 'outbound';
  readonly remote: PeerAddress;
  readonly local: PeerAddress;
}

/** What a transport reports. Callbacks may come at any time, never from inside a call to the transport. */
export interface TransportObserver {
  opened(connection: OpenedConnection): void;
  /** TLS has proven the far end's Ed25519 key; comes before the first byte. */
  secured(connectionId: ConnectionId, publicKey: Uint8Array): void;
  dialFailed(connectionId: ConnectionId, failure: DialFailure): void;
  /** The bytes are the observer's from here on. */
  received(connectionId: ConnectionId, bytes: Uint8Array): void;
  closed(connectionId: ConnectionId, reason: TransportCloseReason): void;
  limitHit(limit: LimitName): void;
}

/**
 * Moves bytes. Accepted connections get odd ids from the transport; dialled ones the even ids that
 * the core chose. Calls about unknown ids are ignored: the connection may have gone meanwhile.
 */
export interface Transport {
  /**
   * Starts to accept.
   * @throws VisionError VN_ERR_CANNOT_LISTEN
   * @returns the bound port (useful with port 0).
   */
  listen(observer: TransportObserver): Promise<number>;
  /** @param isPlain without TLS, even if this transport speaks it */
  dial(
    connectionId: ConnectionId,
    endpoint: PeerAddress,
    timeoutMs: number,
    isPlain?: boolean,
  ): void;
  cancelDial(connectionId: ConnectionId): void;
  /** Queued; all bytes of one tick for a connection leave in one write. */
  send(connectionId: ConnectionId, bytes: Uint8Array): void;
  pauseReading(connectionId: ConnectionId): void;
  resumeReading(connectionId: ConnectionId): void;
  close(connectionId: ConnectionId, mode: 'flush' | 'abort'): void;
  /** Stops accepting; open connections stay. */
  stopListening(): void;
  /** Ends everything; resolves when no socket is left. */
  shutdown(): Promise<void>;
}
