import type { AddressScope } from '../support/address-scope.ts';
import type { AddressKey, NodeId, UnixMillis } from '../support/brand.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { AddressState, FailureReason } from './address-entry.ts';
import type { PeerRecordEntry, StoredPeer } from './stored-peer.ts';
import type { AddressRefusal, PeerSource } from './vocabulary.ts';

/** The only ways in which the address book changes: a closed set, so that it can be logged and replayed. */
export type AddressChange = BookChange | EntryChange;

/** Changes that bring entries, or concern many. */
export type BookChange =
  /** The snapshot of an earlier run; first of all changes, since it brings the key of the tables. */
  | { readonly kind: 'restored'; readonly text: string; readonly at: UnixMillis }
  | { readonly kind: 'loaded'; readonly peer: StoredPeer }
  | {
      readonly kind: 'heard';
      readonly address: PeerAddress;
      readonly source: PeerSource;
      /** Group of the peer that named it; of the operator and the store the empty text. */
      readonly sourceGroup: string;
      /** Class of the connection over which it was named; absent: the operator may name any address. */
      readonly via?: AddressScope;
      /** Failure domain that the peer at this address has named; empty when unknown. */
      readonly zone?: string;
      /** Written down by the operator: a trusted backoff, never evicted. */
      readonly isOperator: boolean;
    }
  /** Our own outage has ended: failures that were held back are forgiven. */
  | { readonly kind: 'outage-over' }
  /** Looks again who the elders are; done by itself when a peer is proven. */
  | { readonly kind: 'elders-reviewed'; readonly at: UnixMillis };

/** Changes of one known address; of an unknown one they do nothing. */
export type EntryChange =
  /** Waits for a feeler. */
  | { readonly kind: 'queued'; readonly key: AddressKey }
  | { readonly kind: 'dial-started'; readonly key: AddressKey }
  /** Our dial's socket is open. */
  | { readonly kind: 'handshaking'; readonly key: AddressKey }
  /** Our own outbound handshake: the only thing that earns trust. */
  | {
      readonly kind: 'handshake-succeeded';
      /** By TLS, with a proven key. */
      readonly isSecured?: boolean;
      readonly key: AddressKey;
      readonly nodeId: NodeId;
      readonly at: UnixMillis;
      /** The connection stays open (a feeler's does not). */
      readonly staysOpen: boolean;
      /** This node chose the address itself; not a peer that had its own claim verified. */
      readonly promotes: boolean;
    }
  /** Alive for 30 s; said again of a long connection, it keeps the time of the last success fresh. */
  | { readonly kind: 'proven'; readonly key: AddressKey; readonly at: UnixMillis }
  /** A dial or handshake failed and it counts against the address. */
  | { readonly kind: 'failed'; readonly key: AddressKey; readonly reason: FailureReason }
  /** A dial failed while the outage rule holds: backoff, but nothing is counted yet. */
  | { readonly kind: 'failure-held'; readonly key: AddressKey; readonly reason: FailureReason }
  /** Answered, and belongs to another network or version. */
  | { readonly kind: 'incompatible'; readonly key: AddressKey; readonly reason: FailureReason }
  | { readonly kind: 'found-self'; readonly key: AddressKey }
  /** Answered that it has no slot, or that we are connected already: not a failure. */
  | {
      readonly kind: 'put-off';
      readonly key: AddressKey;
      readonly reason: FailureReason;
      readonly retryAfterMs: number;
    }
  | { readonly kind: 'connection-ended'; readonly key: AddressKey; readonly reason: FailureReason }
  /** Its score is low: rests for a while, and is not shared until it answers again. */
  | { readonly kind: 'discouraged'; readonly key: AddressKey; readonly reason: FailureReason }
  | { readonly kind: 'banned'; readonly key: AddressKey; readonly until: UnixMillis }
  | { readonly kind: 'unbanned'; readonly key: AddressKey }
  /** Removed by the operator's word: entry and key. */
  | { readonly kind: 'forgotten-by-operator'; readonly key: AddressKey };

/** What a change asks of the store and tells the observers. */
export type BookOutcome =
  | { readonly kind: 'save'; readonly address: PeerAddress; readonly record: PeerRecordEntry }
  | { readonly kind: 'forget'; readonly address: PeerAddress; readonly reason: FailureReason }
  | { readonly kind: 'verified'; readonly address: PeerAddress; readonly nodeId: NodeId }
  | { readonly kind: 'refused'; readonly address: PeerAddress; readonly reason: AddressRefusal }
  | {
      readonly kind: 'state';
      readonly address: PeerAddress;
      readonly from: AddressState;
      readonly to: AddressState;
      readonly reason: StateReason;
    };

/** Why a state changed: the reason that the change carried, else its kind. */
export type StateReason = FailureReason | EntryChange['kind'] | 'elders-reviewed';
