import type { Announcement } from '../announcements/announcement.ts';
import type { DocumentName } from '../address-book/stored-documents.ts';
import type { PeerRecordEntry } from '../address-book/stored-peer.ts';
import type { SeedSource } from '../connectivity/seed-source.ts';
import type { ConnectionId } from '../support/brand.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { SignedPeerRecord } from '../wire/peer-record.ts';
import type { NodeEvent } from './events.ts';

/** Everything that a node asks of the world, in order. */
export type NodeEffect =
  /** Opens a connection to an IP address; answered by `connection-opened` or `dial-failed`. */
  | {
      readonly kind: 'dial';
      readonly connectionId: ConnectionId;
      readonly endpoint: PeerAddress;
      readonly timeoutMs: number;
      /** Without TLS, though the node prefers it. */
      readonly isPlain?: boolean;
    }
  /** Gives up a dial that has not been answered; no answer follows. */
  | { readonly kind: 'cancel-dial'; readonly connectionId: ConnectionId }
  | { readonly kind: 'resolve-host'; readonly requestId: number; readonly host: string }
  | { readonly kind: 'read-source'; readonly sourceIndex: number; readonly source: SeedSource }
  | { readonly kind: 'send'; readonly connectionId: ConnectionId; readonly bytes: Uint8Array }
  | { readonly kind: 'pause-reading'; readonly connectionId: ConnectionId }
  | { readonly kind: 'resume-reading'; readonly connectionId: ConnectionId }
  /**
   * Ends a connection; no input about it follows. `flush` writes what was sent first, for at most
   * 1 s; `abort` does not.
   */
  | {
      readonly kind: 'close';
      readonly connectionId: ConnectionId;
      readonly mode: 'flush' | 'abort';
    }
  /** Durable within 1 s: `peer:<key>` and `record:<key>`. */
  | { readonly kind: 'save-peer'; readonly address: PeerAddress; readonly record: PeerRecordEntry }
  | { readonly kind: 'forget-peer'; readonly address: PeerAddress }
  /** Durable within 1 s under the key `name`; replaces what was there. */
  | { readonly kind: 'save-document'; readonly name: DocumentName; readonly text: string }
  | {
      readonly kind: 'verify-announcement';
      readonly verificationId: number;
      readonly announcement: Announcement;
    }
  /** Ed25519 over the record with its domain; answered by `record-verified`. */
  | {
      readonly kind: 'verify-record';
      readonly verificationId: number;
      readonly publicKey: Uint8Array;
      readonly signed: SignedPeerRecord;
    }
  /** The single source of log lines, metrics, the event stream and test traces. */
  | { readonly kind: 'observe'; readonly event: NodeEvent };
