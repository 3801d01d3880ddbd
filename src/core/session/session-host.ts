import type { ConnectionId } from '../support/brand.ts';
import type { LimitName } from '../support/limits.ts';
import type { Hello } from '../wire/generated/p2p.ts';
import type { Message } from '../wire/message.ts';
import type { ConnectionClass } from './connection.ts';
import type { HelloRefusal } from './hello-verdict.ts';
import type { CloseReason } from './reasons.ts';
import type { SessionTraffic } from './session-traffic.ts';

/** The node's word on a Hello that passed every check of its own. */
export type Admission =
  | { readonly kind: 'admit'; readonly class: ConnectionClass }
  | {
      readonly kind: 'refuse';
      readonly refusal: HelloRefusal;
      readonly retryAfterSeconds: number;
      readonly redirect: readonly string[];
    };

/** How and by whom a connection ended. */
export interface SessionEnd {
  readonly reason: CloseReason;
  readonly by: 'local' | 'remote';
  /** Why a handshake failed, when one did: values for the log. */
  readonly refusal?: { readonly expected: string; readonly got: string };
  /** Of a remote `Disconnect`; peer-supplied. */
  readonly detail?: string;
  readonly retryAfterSeconds?: number;
  readonly redirect?: readonly string[];
}

/**
 * What a session needs of its node. Called synchronously, while the session handles bytes or a
 * deadline; after `ended` the session is never called again.
 */
export interface SessionHost<Session> {
  /** Counters of all sessions together. */
  readonly totals: SessionTraffic;
  /** Only who has proven a key to the transport may shake hands. */
  readonly isProofRequired: boolean;
  send(id: ConnectionId, bytes: Uint8Array): void;
  close(id: ConnectionId, mode: 'flush' | 'abort'): void;
  pauseReading(id: ConnectionId): void;
  resumeReading(id: ConnectionId): void;
  /** Preface and Hello for this connection. */
  helloFor(session: Session): Uint8Array;
  /** Checks of the Hello itself, up to the identity. */
  judge(session: Session, hello: Hello): HelloRefusal | undefined;
  /** Bans, duplicates and slots, in this order. */
  admit(session: Session, hello: Hello): Admission;
  established(session: Session): void;
  /** Every message after the handshake but Ping, Pong and Disconnect. */
  received(session: Session, message: Message): void;
  /** 30 s after the handshake, once. */
  proven(session: Session): void;
  pingMeasured(session: Session, rttMs: number): void;
  /** A class with a stay (feeler, surplus) has used it up. */
  stayOver(session: Session): void;
  ended(session: Session, end: SessionEnd): void;
  limitHit(limit: LimitName, session: Session): void;
}
