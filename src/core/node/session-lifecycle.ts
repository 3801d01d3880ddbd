import type { DialAttempt } from '../connectivity/dial-attempts.ts';
import type { PeerSession } from '../session/peer-session.ts';
import type { SessionEnd } from '../session/session-host.ts';
import type { ConnectionId, NodeId } from '../support/brand.ts';
import type { Dialer } from './dialer.ts';
import type { ExchangeDriver } from './exchange-driver.ts';
import type { InboundVerifier } from './inbound-verifier.ts';
import type { NodeContext } from './node-context.ts';
import type { SessionObserver } from './session-director.ts';

/** What follows when a handshake completes or a connection ends. */
export class SessionLifecycle implements SessionObserver {
  /** Dials whose socket is open and whose handshake is not complete. */
  private readonly handshaking = new Map<ConnectionId, DialAttempt>();

  constructor(
    private readonly context: NodeContext,
    private readonly dialer: Dialer,
    private readonly exchange: ExchangeDriver,
    private readonly verifier: InboundVerifier,
  ) {}

  dialOpened(id: ConnectionId, attempt: DialAttempt): void {
    this.handshaking.set(id, attempt);
  }

  established(session: PeerSession): void {
    const attempt = this.takeAttempt(session.id);
    if (attempt !== undefined) this.dialer.succeeded(session, attempt);
    if (session.direction === 'inbound') {
      if (session.class === 'open') this.verifier.consider(session);
      return;
    }
    if (session.class === 'feeler') {
      session.disconnect('feeler-done');
    } else {
      this.exchange.ask(session);
      this.exchange.hurry();
    }
  }

  ended(session: PeerSession, end: SessionEnd): void {
    if (session.establishedAt === undefined) this.handshakeEnded(session, end);
    else this.connectionEnded(session, end);
  }

  private handshakeEnded(session: PeerSession, end: SessionEnd): void {
    const attempt = this.takeAttempt(session.id);
    if (attempt !== undefined) this.dialer.handshakeEnded(session, attempt, end);
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
    if (session.class === 'feeler' || session.class === 'surplus') return;
    const nodeId = session.nodeId as NodeId;
    const address = session.dialled ?? context.book.addressOf(nodeId)?.address;
    if (address === undefined) return;
    context.change({ kind: 'connection-ended', key: address.key, reason: end.reason });
    const isLost = session.direction === 'inbound' && end.by === 'remote';
    if (isLost && end.reason !== 'shutting-down') this.verifier.doubt(address, nodeId);
  }

  private takeAttempt(id: ConnectionId): DialAttempt | undefined {
    const attempt = this.handshaking.get(id);
    this.handshaking.delete(id);
    return attempt;
  }
}
