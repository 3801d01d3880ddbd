import type { PeerSource } from '../address-book/vocabulary.ts';
import type { ConnectionClass, Direction } from '../session/connection.ts';
import type { AddressScope } from '../support/address-scope.ts';
import type { ConnectionId, NodeId } from '../support/brand.ts';
import type { MeshReason } from '../connectivity/mesh-latch.ts';
import type { NodeState } from './events.ts';

/** One connection as `/ops/connections` shows it. Times are ages or durations in milliseconds. */
export interface ConnectionView {
  readonly id: ConnectionId;
  /** Empty until the handshake is complete. */
  readonly nodeId: NodeId | '';
  /** Socket's far end. */
  readonly remote: string;
  /** Address at which this peer was verified or, outbound, dialled; empty while unknown. */
  readonly address: string;
  readonly direction: Direction;
  readonly class: ConnectionClass;
  readonly state: 'handshaking' | 'established';
  readonly scope: AddressScope;
  readonly ageMs: number;
  /** Last measured; undefined before the first Pong. */
  readonly rttMs: number | undefined;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly messagesReceived: Readonly<Record<string, number>>;
  readonly messagesSent: Readonly<Record<string, number>>;
  readonly score: number;
  /** Peer-supplied; uncleaned. */
  readonly agent: string;
  /** Peer-supplied; uncleaned. */
  readonly zone: string;
  /** What the peer says of itself and of us; claims. */
  readonly listenAddresses: readonly string[];
  readonly observedAddress: string;
}

export interface BookEntryView {
  readonly address: string;
  readonly source: PeerSource;
  readonly state: string;
  readonly nodeId: NodeId | '';
  readonly failures: number;
  readonly lastReason: string;
  readonly nextDialInMs: number;
  readonly persisted: boolean;
}

/** Running totals since the start; message types are the names of the schema in kebab case. */
export interface TrafficCounters {
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly messagesReceived: Readonly<Record<string, number>>;
  readonly messagesSent: Readonly<Record<string, number>>;
}

export interface ReadinessView {
  /** The mesh latch, one way. */
  readonly joined: boolean;
  readonly reason: MeshReason | undefined;
  /** Why not yet: for a person. */
  readonly waitingFor: string | undefined;
}

/** The whole read model; a fresh object at each call. */
export interface NodeSnapshot {
  readonly state: NodeState;
  readonly nodeId: NodeId;
  readonly agent: string;
  readonly protocolVersion: number;
  readonly chainId: string;
  /** Hex. */
  readonly genesisHash: string;
  readonly uptimeMs: number;
  /** Established, feelers and surplus not counted. */
  readonly peers: { readonly inbound: number; readonly outbound: number };
  readonly dialsInProgress: number;
  readonly book: {
    readonly newEntries: number;
    readonly triedEntries: number;
    readonly persisted: number;
  };
  readonly traffic: TrafficCounters;
  readonly readiness: ReadinessView;
  readonly draining: boolean;
}
