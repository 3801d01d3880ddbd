import type { StateReason } from '../address-book/address-change.ts';
import type { AddressState } from '../address-book/address-entry.ts';
import type { AddressRefusal, PeerSource } from '../address-book/vocabulary.ts';
import type { AnnouncementFault } from '../announcements/announcement.ts';
import type { MeshReason } from '../connectivity/mesh-latch.ts';
import type { SourceReadFailure } from '../connectivity/seed-source.ts';
import type { ConnectionClass, Direction } from '../session/connection.ts';
import type { CloseReason, DialFailure, WireReason } from '../session/reasons.ts';
import type { AddressScope } from '../support/address-scope.ts';
import type { ConnectionId, NodeId } from '../support/brand.ts';
import type { LimitName } from '../support/limits.ts';

export const NODE_STATES = [
  'starting',
  'bootstrapping',
  'connected',
  'degraded',
  'isolated',
  'offline',
  'draining',
] as const;
export type NodeState = (typeof NODE_STATES)[number];

/** What became of a signed record; only for the first two was its signature looked at. */
export const RECORD_RESULTS = [
  'accepted',
  'invalid-signature',
  'known',
  'too-soon',
  'too-old',
  'too-far-ahead',
  'malformed',
  'other-network',
  'own',
  'banned',
  'no-address',
  'forbidden-address',
] as const;
export type RecordResult = (typeof RECORD_RESULTS)[number];

/** What became of a dial; `connected` means a completed handshake. */
export type DialOutcome = 'connected' | DialFailure | CloseReason;

/** What the node did or saw. Strings that a peer supplied are marked; they are not yet cleaned. */
export type NodeEvent =
  | { readonly kind: 'peers-loaded'; readonly count: number }
  | { readonly kind: 'no-seeds-configured' }
  | { readonly kind: 'dials-started'; readonly attemptingConnections: number }
  | {
      readonly kind: 'dial-finished';
      readonly address: string;
      readonly source: PeerSource;
      readonly class: ConnectionClass;
      readonly outcome: DialOutcome;
    }
  | {
      readonly kind: 'connection-established';
      readonly connectionId: ConnectionId;
      readonly direction: Direction;
      readonly class: ConnectionClass;
      /** Outbound: the address dialled. Inbound: the socket's far end. */
      readonly peer: string;
      readonly nodeId: NodeId;
      readonly scope: AddressScope;
      /** Since the first handshake byte was possible: TCP open. */
      readonly handshakeMs: number;
      /** Peer-supplied. */
      readonly agent: string;
    }
  | {
      readonly kind: 'handshake-rejected';
      readonly direction: Direction;
      readonly peer: string;
      readonly reason: CloseReason;
      /** `local`: we refused. `remote`: we were refused. */
      readonly by: 'local' | 'remote';
      /** What we have; for `remote` what the far side said in its detail. */
      readonly expected?: string;
      /** Peer-supplied. */
      readonly got?: string;
      /** Peer-supplied. */
      readonly detail?: string;
    }
  | {
      readonly kind: 'disconnected';
      readonly connectionId: ConnectionId;
      readonly direction: Direction;
      readonly class: ConnectionClass;
      readonly peer: string;
      readonly nodeId: NodeId;
      readonly scope: AddressScope;
      readonly reason: CloseReason;
      readonly by: 'local' | 'remote';
      readonly connectedMs: number;
    }
  | { readonly kind: 'peer-list-received'; readonly peer: string; readonly peerCount: number }
  | { readonly kind: 'peer-verified'; readonly address: string; readonly nodeId: NodeId }
  | { readonly kind: 'peer-saved'; readonly address: string }
  | {
      readonly kind: 'peer-forgotten';
      readonly address: string;
      readonly reason: DialFailure | CloseReason;
    }
  | {
      readonly kind: 'address-state-changed';
      readonly address: string;
      readonly from: AddressState;
      readonly to: AddressState;
      readonly reason: StateReason;
    }
  | { readonly kind: 'address-refused'; readonly address: string; readonly reason: AddressRefusal }
  | {
      readonly kind: 'source-read';
      readonly source: string;
      readonly result: 'ok' | SourceReadFailure;
      readonly addresses: number;
    }
  | { readonly kind: 'host-unresolved'; readonly address: string }
  | { readonly kind: 'ping-measured'; readonly connectionId: ConnectionId; readonly rttMs: number }
  | {
      readonly kind: 'announcement-received';
      readonly type: 'block' | 'transaction';
      readonly duplicate: boolean;
      /** Hex. */
      readonly hash: string;
    }
  | {
      readonly kind: 'announcement-accepted';
      readonly type: 'block' | 'transaction';
      readonly hash: string;
      readonly relayedTo: number;
    }
  | {
      readonly kind: 'announcement-rejected';
      readonly type: 'block' | 'transaction';
      readonly hash: string;
      readonly fault: AnnouncementFault;
    }
  /** What became of a signed record that a peer sent. */
  | { readonly kind: 'peer-record'; readonly result: RecordResult; readonly peer: string }
  /** An address at which this node met itself is its own: it is named to others. */
  | { readonly kind: 'own-address-confirmed'; readonly address: string }
  | {
      readonly kind: 'banned';
      /** Node id or host. */
      readonly id: string;
      readonly subject: 'node-id' | 'host';
      readonly reason: string;
      readonly by: 'operator' | 'score';
      readonly forMs: number;
    }
  | { readonly kind: 'unbanned'; readonly id: string }
  /** This process ran late by so much: deadlines wait, nobody is blamed. */
  | { readonly kind: 'late'; readonly lagMs: number }
  | { readonly kind: 'limit-hit'; readonly limit: LimitName; readonly peer?: string }
  | { readonly kind: 'state-changed'; readonly from: NodeState; readonly to: NodeState }
  /** The mesh latch: the node has joined, or is sure that there is nobody to join. */
  | { readonly kind: 'mesh-joined'; readonly reason: MeshReason }
  | { readonly kind: 'draining'; readonly reason: WireReason };
