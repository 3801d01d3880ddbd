import type { ConnectionId, Millis, NodeId } from '../support/brand.ts';
import type { LimitName, NodeLimits } from '../support/limits.ts';
import { TimerTable } from '../support/timer-table.ts';
import {
  holdsSlot,
  isLasting,
  SLOT_CLASSES,
  type ConnectionClass,
  type Direction,
} from './connection.ts';
import type { PeerSession } from './peer-session.ts';

/** What is known of a knock at the door. */
export interface InboundKnock {
  readonly group: string;
  /** Many nodes of ours share the host: bounds per host would hit ourselves. */
  readonly isExempt: boolean;
  readonly now: Millis;
}

/** Hosts that wait out a failed handshake: more than can fail in the time that they wait. */
const COOLING_MAX = 4_096;

/** All sessions of a node: the one registry of which every view of connections is derived. */
export class SessionTable {
  private readonly sessions = new Map<ConnectionId, PeerSession>();
  /** Established, feelers and surplus not included: one per node. */
  private readonly byNode = new Map<NodeId, PeerSession>();
  private readonly established = { inbound: noneOfEach(), outbound: noneOfEach() };
  private readonly pendingByAddress = new Map<string, number>();
  /** Established inbound slots by host and by group. */
  private readonly inboundBy = new Map<string, number>();
  /** Of those that this node dialled, by the nonce of its own Hello. */
  private readonly byNonce = new Map<bigint, PeerSession>();
  private readonly timers = new TimerTable<ConnectionId>();
  /** Inbound handshakes in progress, the oldest first. */
  private readonly pendingInbound = new Set<PeerSession>();
  /** Hosts whose handshake failed just now, the oldest first. */
  private readonly coolingUntil = new Map<string, Millis>();

  constructor(private readonly limits: NodeLimits) {}

  get size(): number {
    return this.sessions.size;
  }

  all(): IterableIterator<PeerSession> {
    return this.sessions.values();
  }

  get(id: ConnectionId): PeerSession | undefined {
    return this.sessions.get(id);
  }

  /** The connection that counts as this node's. */
  ofNode(nodeId: NodeId): PeerSession | undefined {
    return this.byNode.get(nodeId);
  }

  /** One session per connected node, in order of establishment. */
  connected(): IterableIterator<PeerSession> {
    return this.byNode.values();
  }

  get connectedCount(): number {
    return this.byNode.size;
  }

  count(direction: Direction, ofClass: ConnectionClass): number {
    return this.established[direction][ofClass];
  }

  /** Established connections that take a slot. */
  slots(direction: Direction): number {
    let slots = 0;
    for (const ofClass of SLOT_CLASSES) slots += this.established[direction][ofClass];
    return slots;
  }

  /** Established inbound slots of a host or a group. */
  inboundOf(hostOrGroup: string): number {
    return this.inboundBy.get(hostOrGroup) ?? 0;
  }

  /** The open connection on which this node has sent that nonce. */
  ofOwnNonce(nonce: bigint): PeerSession | undefined {
    return this.byNonce.get(nonce);
  }

  /** @returns the bound that one more inbound handshake from there would break. */
  refusesInbound(host: string, { group, isExempt, now }: InboundKnock): LimitName | undefined {
    const { pendingInboundPerAddressMax, pendingInboundPerGroupMax } = this.limits;
    if (!isExempt) {
      if ((this.coolingUntil.get(host) ?? 0) > now) return 'handshake-cooldown';
      if ((this.pendingByAddress.get(host) ?? 0) >= pendingInboundPerAddressMax) {
        return 'pending-inbound-per-address';
      }
      if ((this.pendingByAddress.get(group) ?? 0) >= pendingInboundPerGroupMax) {
        return 'pending-inbound-per-group';
      }
    }
    return this.pendingInbound.size < this.limits.pendingInboundMax ? undefined : 'pending-inbound';
  }

  /**
   * Whose handshake gives way when all places are taken: the oldest, when it has had its share of time.
   * Otherwise somebody with many networks who says nothing keeps every newcomer out.
   */
  pendingToEnd(now: Millis): PeerSession | undefined {
    const [oldest] = this.pendingInbound;
    const isSlow =
      oldest !== undefined && now - oldest.openedAt >= this.limits.pendingInboundShareMs;
    return isSlow ? oldest : undefined;
  }

  /** The handshake of this host failed: it waits before the next. */
  coolDown(host: string, until: Millis): void {
    this.coolingUntil.delete(host);
    if (this.coolingUntil.size >= COOLING_MAX) {
      const [oldest] = this.coolingUntil.keys();
      if (oldest !== undefined) this.coolingUntil.delete(oldest);
    }
    this.coolingUntil.set(host, until);
  }

  add(session: PeerSession): void {
    this.sessions.set(session.id, session);
    if (session.direction === 'outbound') this.byNonce.set(session.nonce, session);
    else this.countPending(session, 1);
    this.timers.set(session.id, session.nextDeadline());
  }

  markEstablished(session: PeerSession, nodeId: NodeId): void {
    if (session.direction === 'inbound') this.countPending(session, -1);
    this.countEstablished(session, 1);
    if (isLasting(session.class)) this.byNode.set(nodeId, session);
    this.reschedule(session);
  }

  remove(session: PeerSession): void {
    if (!this.sessions.delete(session.id)) return;
    this.timers.cancel(session.id);
    this.byNonce.delete(session.nonce);
    if (session.establishedAt !== undefined) this.countEstablished(session, -1);
    else if (session.direction === 'inbound') this.countPending(session, -1);
    const { nodeId } = session;
    if (nodeId !== undefined && this.byNode.get(nodeId) === session) this.byNode.delete(nodeId);
  }

  /** Keeps the deadline when it only moved back: a timer that fires early costs less than a heap update per message. */
  reschedule(session: PeerSession): void {
    if (session.hasEnded) return;
    const next = session.nextDeadline();
    const scheduled = this.timers.at(session.id);
    if (scheduled === undefined || next < scheduled) this.timers.set(session.id, next);
  }

  nextDeadline(): Millis | undefined {
    return this.timers.next();
  }

  takeDue(now: Millis): PeerSession | undefined {
    const id = this.timers.takeDue(now);
    return id === undefined ? undefined : this.sessions.get(id);
  }

  private countEstablished(session: PeerSession, by: 1 | -1): void {
    this.established[session.direction][session.class] += by;
    if (session.direction === 'outbound' || !holdsSlot(session.class)) return;
    add(this.inboundBy, session.remote.host, by);
    if (session.group !== session.remote.host) add(this.inboundBy, session.group, by);
  }

  private countPending(session: PeerSession, by: 1 | -1): void {
    if (by === 1) this.pendingInbound.add(session);
    else this.pendingInbound.delete(session);
    add(this.pendingByAddress, session.remote.host, by);
    add(this.pendingByAddress, session.knockGroup, by);
  }
}

function noneOfEach(): Record<ConnectionClass, number> {
  return { anchor: 0, elder: 0, open: 0, operator: 0, feeler: 0, surplus: 0 };
}

function add(counts: Map<string, number>, label: string, by: 1 | -1): void {
  const count = (counts.get(label) ?? 0) + by;
  if (count === 0) counts.delete(label);
  else counts.set(label, count);
}
