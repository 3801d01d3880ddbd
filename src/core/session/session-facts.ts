import { scopeOfIp, type AddressScope } from '../support/address-scope.ts';
import type { ConnectionId, Millis, NodeId } from '../support/brand.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { Hello } from '../wire/generated/p2p.ts';
import type { ConnectionClass, Direction } from './connection.ts';

export interface SessionOpening {
  readonly id: ConnectionId;
  readonly direction: Direction;
  readonly class: ConnectionClass;
  readonly remote: PeerAddress;
  readonly local: PeerAddress;
  /** Address that was dialled; undefined for inbound. */
  readonly dialled: PeerAddress | undefined;
  /** The whole handshake must be over by then: its own time, or what is left of a dial's. */
  readonly handshakeBy: Millis;
  /** Who plausibly holds the far end, by its address alone. */
  readonly group: string;
  readonly nonce: bigint;
  /** Phase of the pings in [0, 1): so that a thousand connections do not ping in step. */
  readonly pingPhase: number;
}

/** What is known of a connection: from its opening on, and what the handshake adds. */
export class SessionFacts {
  readonly id: ConnectionId;
  readonly direction: Direction;
  readonly remote: PeerAddress;
  readonly local: PeerAddress;
  readonly dialled: PeerAddress | undefined;
  /** Key that the transport has proven; undefined before, and on plain connections. */
  provenKey: Uint8Array | undefined;
  readonly nonce: bigint;
  readonly scope: AddressScope;
  readonly openedAt: Millis;
  readonly handshakeBy: Millis;
  /** By its address alone: a handshake in progress is counted under it. */
  readonly knockGroup: string;
  class: ConnectionClass;
  nodeId: NodeId | undefined;
  hello: Hello | undefined;
  establishedAt: Millis | undefined;
  /** Its far end is this node: an inbound connection brought the nonce of this one. */
  metItself = false;
  /** When a frame after the handshake last moved. */
  lastReceivedAt: Millis | undefined;
  lastSentAt: Millis | undefined;
  /** Who plausibly holds the far end, for diversity; set when the handshake is complete. */
  group = '';
  /** Announcements that this peer brought first and that were good. */
  usefulness = 0;

  constructor(opening: SessionOpening, now: Millis) {
    this.id = opening.id;
    this.direction = opening.direction;
    this.class = opening.class;
    this.remote = opening.remote;
    this.local = opening.local;
    this.dialled = opening.dialled;
    this.nonce = opening.nonce;
    this.scope = scopeOfIp(opening.remote.ip as Uint8Array);
    this.openedAt = now;
    this.handshakeBy = opening.handshakeBy;
    this.knockGroup = opening.group;
  }

  /** The transport has proven who is at the far end. */
  secured(publicKey: Uint8Array): void {
    this.provenKey = publicKey;
  }

  /** What to call this peer in logs: the address dialled, else the socket's far end. */
  get peerName(): string {
    return (this.dialled ?? this.remote).key;
  }
}
