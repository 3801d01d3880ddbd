import { PROTOCOL_VERSION, CAPABILITY, judgeHello } from '../session/hello-verdict.ts';
import type { HelloRefusal } from '../session/hello-verdict.ts';
import { connectionToKeep } from '../session/duplicate-rule.ts';
import { nodeIdOfKey } from '../session/node-identity.ts';
import type { PeerSession } from '../session/peer-session.ts';
import type { Admission, SessionEnd, SessionHost } from '../session/session-host.ts';
import type { SessionTraffic } from '../session/session-traffic.ts';
import type { ConnectionId, NodeId } from '../support/brand.ts';
import type { LimitName } from '../support/limits.ts';
import { peerAddressOfIp } from '../support/peer-address.ts';
import type { Hello } from '../wire/generated/p2p.ts';
import type { Message } from '../wire/message.ts';
import type { AnnouncementDriver } from './announcement-driver.ts';
import type { ExchangeDriver } from './exchange-driver.ts';
import type { NodeContext } from './node-context.ts';

/** What the outbound and the inbound side of the node make of a session's beginning and end. */
export interface SessionObserver {
  established(session: PeerSession): void;
  ended(session: PeerSession, end: SessionEnd): void;
}

/** A full node's advice to those it sends away. */
const RETRY_AFTER_SECONDS = 60;
const CAPABILITIES = CAPABILITY.peerExchange | CAPABILITY.announcements | CAPABILITY.redirects;

/** The node's side of every session: who is let in, and where messages go. */
export class SessionDirector implements SessionHost<PeerSession> {
  readonly totals: SessionTraffic;

  constructor(
    private readonly context: NodeContext,
    private readonly exchange: ExchangeDriver,
    private readonly announcements: AnnouncementDriver,
    private readonly observer: SessionObserver,
  ) {
    this.totals = context.traffic;
  }

  send(connectionId: ConnectionId, bytes: Uint8Array): void {
    this.context.emit({ kind: 'send', connectionId, bytes });
  }

  close(connectionId: ConnectionId, mode: 'flush' | 'abort'): void {
    this.context.emit({ kind: 'close', connectionId, mode });
  }

  pauseReading(connectionId: ConnectionId): void {
    this.context.emit({ kind: 'pause-reading', connectionId });
  }

  resumeReading(connectionId: ConnectionId): void {
    this.context.emit({ kind: 'resume-reading', connectionId });
  }

  helloFor(session: PeerSession): Hello {
    const { options } = this.context;
    const own =
      options.advertise ?? peerAddressOfIp(session.local.ip as Uint8Array, options.p2pPort);
    this.context.rememberOwn(own);
    return {
      protocolVersion: PROTOCOL_VERSION,
      chainId: options.chainId,
      genesisHash: options.genesisHash,
      connectionNonce: session.nonce,
      publicKey: options.publicKey,
      agent: options.agent,
      listenAddresses: [own.key],
      capabilities: session.class === 'feeler' ? CAPABILITIES | CAPABILITY.feeler : CAPABILITIES,
      zone: options.zone,
      observedAddress: session.remote.key,
      tipHeight: 0n,
      tipHash: new Uint8Array(0),
    };
  }

  judge(session: PeerSession, hello: Hello): HelloRefusal | undefined {
    const { options, sessions } = this.context;
    const refusal = judgeHello(hello, {
      chainId: options.chainId,
      genesisHash: options.genesisHash,
      publicKey: options.publicKey,
      provenKey: session.provenKey,
      // Plain keys are claims: a pin on a claim would lock an address out, not an attacker.
      pinnedKey: undefined,
      isOwnNonce: (nonce) => sessions.isOwnNonce(nonce),
    });
    if (refusal === undefined) session.nodeId = nodeIdOfKey(hello.publicKey, options.sha256);
    return refusal;
  }

  admit(session: PeerSession, hello: Hello): Admission {
    if (this.context.isDraining) return this.refuse(session, 'shutting-down', 'a running node');
    const isFeeler =
      session.direction === 'inbound'
        ? (hello.capabilities & CAPABILITY.feeler) !== 0n
        : session.class === 'feeler';
    if (isFeeler) return this.admitFeeler(session);
    return this.admitUnlessDuplicate(session, hello) ?? this.admitToSlot(session);
  }

  established(session: PeerSession): void {
    const nodeId = session.nodeId as NodeId;
    const { context } = this;
    context.sessions.markEstablished(session, nodeId);
    context.isPlanDue = true;
    context.observe({
      kind: 'connection-established',
      connectionId: session.id,
      direction: session.direction,
      class: session.class,
      peer: session.peerName,
      nodeId,
      scope: session.scope,
      handshakeMs: context.now - session.openedAt,
      agent: session.hello?.agent ?? '',
    });
    if (session.direction === 'inbound') this.limitStay(session);
    this.observer.established(session);
  }

  received(session: PeerSession, message: Message): void {
    if (session.class === 'feeler') return;
    switch (message.type) {
      case 'get-peers':
        this.exchange.answer(session, message.body);
        if (session.class === 'surplus') this.stayOver(session);
        return;
      case 'peer-list':
        this.exchange.listReceived(session, message.body.peers);
        return;
      case 'block-announcement':
      case 'transaction-announcement':
        this.announcements.receive(session, message);
        return;
      // Signed records and headers are well-formed, counted, and not acted on in this version.
      default:
    }
  }

  proven(session: PeerSession): void {
    const key = session.dialled?.key;
    if (key === undefined || session.class === 'feeler') return;
    this.context.change({ kind: 'proven', key, at: this.context.options.wallClock() });
  }

  pingMeasured(session: PeerSession, rttMs: number): void {
    this.context.observe({ kind: 'ping-measured', connectionId: session.id, rttMs });
  }

  stayOver(session: PeerSession): void {
    if (session.class === 'feeler') session.disconnect('feeler-done');
    else {
      session.disconnect('too-many-peers', {
        redirect: this.exchange.redirectFor(session),
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    }
  }

  ended(session: PeerSession, end: SessionEnd): void {
    const { context } = this;
    context.sessions.remove(session);
    context.exchange.closed(session.id);
    context.isPlanDue = true;
    if (end.by === 'remote' && end.redirect !== undefined && end.redirect.length > 0) {
      this.exchange.hear(end.redirect, session);
    }
    this.observer.ended(session, end);
  }

  limitHit(limit: LimitName, session: PeerSession): void {
    this.context.observe({ kind: 'limit-hit', limit, peer: session.peerName });
  }

  private admitFeeler(session: PeerSession): Admission {
    const { sessions, limits } = this.context;
    if (session.direction === 'inbound') {
      if (sessions.count('inbound', 'feeler') >= limits.inboundFeelersMax) {
        this.limitHit('inbound-feelers', session);
        return this.refuse(session, 'too-many-peers', 'a free feeler slot');
      }
    }
    return { kind: 'admit', class: 'feeler' };
  }

  /** @returns the refusal of a duplicate; undefined when this connection may stay. */
  private admitUnlessDuplicate(session: PeerSession, hello: Hello): Admission | undefined {
    const { sessions, limits, options, now } = this.context;
    const older = sessions.ofNode(session.nodeId as NodeId);
    if (older === undefined) return undefined;
    const kept = connectionToKeep(
      {
        direction: older.direction,
        establishedAt: older.establishedAt ?? now,
        lastReceivedAt: older.lastReceivedAt,
        lastSentAt: older.lastSentAt,
      },
      { direction: session.direction, openedAt: session.openedAt },
      {
        ownKey: options.publicKey,
        remoteKey: hello.publicKey,
        pingIntervalMs: limits.pingIntervalMs * (1 + limits.pingJitter),
        now,
      },
    );
    if (kept === 'older') return this.refuse(session, 'duplicate-connection', 'one connection');
    older.disconnect('duplicate-connection');
    return undefined;
  }

  private admitToSlot(session: PeerSession): Admission {
    if (session.direction === 'outbound') return { kind: 'admit', class: session.class };
    const { sessions, limits } = this.context;
    if (sessions.slots('inbound') < limits.inboundMax) {
      return { kind: 'admit', class: 'open' };
    }
    this.limitHit('inbound-slots', session);
    if (sessions.count('inbound', 'surplus') < limits.surplusMax) {
      return { kind: 'admit', class: 'surplus' };
    }
    this.limitHit('surplus-pool', session);
    return this.refuse(session, 'too-many-peers', 'a free slot');
  }

  private refuse(
    session: PeerSession,
    reason: 'shutting-down' | 'too-many-peers' | 'duplicate-connection',
    expected: string,
  ): Admission {
    const isFull = reason !== 'duplicate-connection';
    return {
      kind: 'refuse',
      refusal: { reason, expected, got: reason },
      retryAfterSeconds: isFull ? RETRY_AFTER_SECONDS : 0,
      redirect: isFull ? this.exchange.redirectFor(session) : [],
    };
  }

  private limitStay(session: PeerSession): void {
    const { limits, now, sessions } = this.context;
    if (session.class === 'feeler') session.limitStay(limits.feelerLingerMs, now);
    if (session.class === 'surplus') session.limitStay(limits.surplusLingerMs, now);
    sessions.reschedule(session);
  }
}
