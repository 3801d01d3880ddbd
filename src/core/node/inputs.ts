import type { StoredDocuments } from '../address-book/stored-documents.ts';
import type { StoredPeer } from '../address-book/stored-peer.ts';
import type { AddressScope } from '../support/address-scope.ts';
import type { ConnectionId } from '../support/brand.ts';
import type { BanSubject } from '../connectivity/ban-subject.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { DialFailure, TransportCloseReason } from '../session/reasons.ts';
import type { AnnouncementVerdict } from '../announcements/announcement.ts';
import type { LimitName } from '../support/limits.ts';
import type { BlockHeader, TransactionAnnouncement } from '../wire/generated/p2p.ts';
import type { SourceReadFailure } from '../connectivity/seed-source.ts';

/** Everything that can happen to a node. The driver reports, the core decides. */
export type NodeInput =
  /** First input: the store has been read (an unreadable store counts as empty). */
  | {
      readonly kind: 'peers-loaded';
      readonly peers: readonly StoredPeer[];
      readonly documents: StoredDocuments;
    }
  | {
      readonly kind: 'connection-opened';
      readonly connectionId: ConnectionId;
      readonly direction: 'inbound' | 'outbound';
      /** The socket's far and near end: always IP addresses. */
      readonly remote: PeerAddress;
      readonly local: PeerAddress;
    }
  /** The transport has proven the far end's Ed25519 key (TLS): before the first byte. Plain connections stay without. */
  | {
      readonly kind: 'connection-secured';
      readonly connectionId: ConnectionId;
      readonly publicKey: Uint8Array;
    }
  | {
      readonly kind: 'dial-failed';
      readonly connectionId: ConnectionId;
      readonly failure: DialFailure;
    }
  /** `bytes` belongs to the core after this call: the transport must not reuse its memory. */
  | {
      readonly kind: 'bytes-received';
      readonly connectionId: ConnectionId;
      readonly bytes: Uint8Array;
    }
  | {
      readonly kind: 'connection-closed';
      readonly connectionId: ConnectionId;
      readonly reason: TransportCloseReason;
    }
  /** Answer to `resolve-host`; an empty list is a failure. At most 16 addresses are used. */
  | {
      readonly kind: 'host-resolved';
      readonly requestId: number;
      readonly addresses: readonly Uint8Array[];
    }
  /** Answer to `read-source`. */
  | {
      readonly kind: 'source-read';
      readonly sourceIndex: number;
      readonly result:
        | {
            readonly ok: true;
            readonly addresses: readonly PeerAddress[];
            /** Class of the server that listed them: they are hearsay of that class. */
            readonly via?: AddressScope;
          }
        | { readonly ok: false; readonly failure: SourceReadFailure };
    }
  /** Answer to `verify-announcement`. */
  | {
      readonly kind: 'announcement-verified';
      readonly verificationId: number;
      readonly verdict: AnnouncementVerdict;
    }
  /** Answer to `verify-record`. */
  | {
      readonly kind: 'record-verified';
      readonly verificationId: number;
      readonly isValid: boolean;
    }
  /** The transport met one of its own bounds: counted, nothing else. */
  | { readonly kind: 'transport-limit-hit'; readonly limit: LimitName }
  /** The time that `nextDeadline()` named has come. */
  | { readonly kind: 'deadline-reached' }
  | { readonly kind: 'operator-command'; readonly command: OperatorCommand };

export type OperatorCommand =
  /** Goodbye to all; no dials and no accepts from here on. */
  | { readonly kind: 'drain' }
  /** As `--peer`: dialled at once, never given up, persisted on success. */
  | { readonly kind: 'add-peer'; readonly address: PeerAddress }
  /** Ends the connection to it, forgets it, and no longer dials it as `--peer`. */
  | { readonly kind: 'remove-peer'; readonly address: PeerAddress }
  /** Exactly one of `nodeId` and `host`; ends its connections. */
  | {
      readonly kind: 'ban';
      readonly subject: BanSubject;
      readonly durationMs: number;
      /** For people; printable. */
      readonly reason: string;
    }
  | { readonly kind: 'unban'; readonly id: string }
  /** Publishes what the application made: verified and relayed like any other. */
  | { readonly kind: 'publish-block'; readonly header: BlockHeader }
  | { readonly kind: 'publish-transaction'; readonly transaction: TransactionAnnouncement };
