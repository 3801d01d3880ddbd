import type { DialAttempt } from '../connectivity/dial-attempts.ts';
import type { PeerSession } from '../session/peer-session.ts';
import type { SessionEnd } from '../session/session-host.ts';
import type { CloseReason } from '../session/reasons.ts';
import { millis, type ConnectionId, type NodeId } from '../support/brand.ts';
import type { Dialer } from './dialer.ts';
import type { ExchangeDriver } from './exchange-driver.ts';
import type { InboundVerifier } from './inbound-verifier.ts';
import type { NodeContext } from './node-context.ts';
import type { PeriodicRounds } from './periodic-rounds.ts';
import type { SessionObserver } from './session-director.ts';

export interface LifecycleParts {
  readonly dialer: Dialer;
  readonly exchange: ExchangeDriver;
  readonly verifier: InboundVerifier;
  readonly rounds: PeriodicRounds;
}

/** Refusals of an inbound handshake that are no reason to keep the host waiting. */
const HARMLESS_ENDS: ReadonlySet<CloseReason> = new Set<CloseReason>([
  'duplicate-connection',
  'too-many-peers',
  'shutting-down',
  'self-connection',
]);

/** What follows when a handshake completes or a connection ends. */
export class SessionLifecycle implements SessionObserver {
  /** Dials whose socket is open and whose handshake is not complete. */
  private readonly handshaking = new Map<ConnectionId, DialAttempt>();

  constructor(
    private readonly context: NodeContext,
    private readonly parts: LifecycleParts,
  ) {}

  dialOpened(id: ConnectionId, attempt: DialAttempt): void {
    this.handshaking.set(id, attempt);
    this.context.change({ kind: 'handshaking', key: attempt.address.key });
  }

  established(session: PeerSession): void {
    this.context.networkRefusals.met();
    const attempt = this.takeAttempt(session.id);
    if (attempt !== undefined) this.parts.dialer.succeeded(session, attempt);
    if (session.direction === 'inbound') {
      if (session.class === 'open') this.parts.verifier.consider(session);
      return;
    }
    if (session.class === 'feeler') {
      session.disconnect('feeler-done');
      if (attempt !== undefined) this.parts.rounds.feelerSucceeded(attempt.address.key);
    } else {
      this.parts.exchange.ask(session);
      this.parts.exchange.hurry();
    }
  }

  ended(session: PeerSession, end: SessionEnd): void {
    if (session.establishedAt === undefined) this.handshakeEnded(session, end);
    else this.connectionEnded(session, end);
  }

  private handshakeEnded(session: PeerSession, end: SessionEnd): void {
    const attempt = this.takeAttempt(session.id);
    if (attempt !== undefined) this.parts.dialer.handshakeEnded(session, attempt, end);
    if (session.direction === 'inbound') this.coolDown(session, end);
    this.context.observe({
      kind: 'handshake-rejected',
      direction: session.direction,
      peer: session.peerName,
      reason: end.reason,
      by: end.by,
      ...end.refusal,
      ...(end.detail === undefined ? {} : { detail: end.detail }),
    });
  }

  /**
   * Local networks are exempt: behind one address may be many nodes of ours. Only our own word excuses: a
   * dialler that refuses us has said Hello before, and its handshake is complete on this side.
   */
  private coolDown(session: PeerSession, { by, reason }: SessionEnd): void {
    if (session.scope !== 'public' || (by === 'local' && HARMLESS_ENDS.has(reason))) return;
    const { now, limits, sessions } = this.context;
    sessions.coolDown(session.remote.host, millis(now + limits.failedHandshakeCooldownMs));
  }

  private connectionEnded(session: PeerSession, end: SessionEnd): void {
    const { context } = this;
    context.observe({
      kind: 'disconnected',
      connectionId: session.id,
      direction: session.direction,
      class: session.class,
      peer: session.peerName,
      nodeId: session.nodeId as NodeId,
      scope: session.scope,
      reason: end.reason,
      by: end.by,
      connectedMs: context.now - (session.establishedAt ?? context.now),
    });
    if (session.class !== 'feeler' && session.class !== 'surplus') this.peerLost(session, end);
  }

  private peerLost(session: PeerSession, end: SessionEnd): void {
    const { context } = this;
    const nodeId = session.nodeId as NodeId;
    const address = session.dialled ?? context.book.addressOf(nodeId)?.address;
    if (address === undefined) return;
    context.change({ kind: 'connection-ended', key: address.key, reason: end.reason });
    if (end.reason === 'too-many-peers') this.parts.dialer.sentAway(address.key, end.reason, end);
    const isLost = session.direction === 'inbound' && end.by === 'remote';
    if (isLost && end.reason !== 'shutting-down') this.parts.verifier.doubt(address, session);
  }

  private takeAttempt(id: ConnectionId): DialAttempt | undefined {
    const attempt = this.handshaking.get(id);
    this.handshaking.delete(id);
    return attempt;
  }
}
