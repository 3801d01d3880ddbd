import type { ConnectionClass } from '../core/session/connection.ts';
import type { NodeLimits } from '../core/support/limits.ts';

/** One moment of one node, as the checkers see it. */
export interface NodeObservation {
  readonly name: string;
  readonly limits: NodeLimits;
  /** Ground truth of the network: every connection and dial that this node has begun. */
  readonly begun: number;
  /** Established inbound connections of class `open`. */
  readonly inbound: number;
  /** Ground truth: every connection that others have begun, in whatever state. */
  readonly accepted: number;
}

/** What one node remembers. */
export interface SizesObservation {
  readonly name: string;
  readonly limits: NodeLimits;
  readonly newEntries: number;
  readonly triedEntries: number;
}

/** What one node vouches for, against what the network saw. */
export interface TrustObservation {
  readonly name: string;
  /** `GET /p2p/peers`, verified. */
  readonly listed: readonly string[];
  /** Addresses that answered a dial of this node, in any of its lives, with a Hello. */
  readonly verified: ReadonlySet<string>;
}

/** How one end of a connection sees it; undefined before its handshake is complete. */
export type EndView = ConnectionClass | undefined;

/** A connection that is open at both ends. */
export interface LinkObservation {
  readonly dialler: number;
  readonly listener: number;
  readonly diallerName: string;
  readonly ageMs: number;
  readonly diallerView: EndView;
  readonly listenerView: EndView;
}

/** A dial that begins, against what is known of its end. */
export interface DialObservation {
  readonly name: string;
  readonly endpoint: string;
  /** An address that a node may rightly dial. */
  readonly isPlace: boolean;
  readonly isSelf: boolean;
  /** By address, or as the node that answered there. */
  readonly isBanned: boolean;
  /** The node has a connection already. */
  readonly isConnected: boolean;
  /** Dials of the node to this end, this one included. */
  readonly inThisMinute: number;
}
