import {
  PROTOCOL_VERSION,
  CAPABILITY,
  OWN_CAPABILITIES,
  judgeHello,
} from '../session/hello-verdict.ts';
import type { HelloRefusal } from '../session/hello-verdict.ts';
import type { Fault } from '../session/conduct.ts';
import { nodeIdOfKey } from '../session/node-identity.ts';
import type { PeerSession } from '../session/peer-session.ts';
import type { Admission, SessionEnd, SessionHost } from '../session/session-host.ts';
import type { SessionTraffic } from '../session/session-traffic.ts';
import type { AddressKey, ConnectionId, NodeId } from '../support/brand.ts';
import { bytesEqual } from '../support/bytes.ts';
import type { LimitName } from '../support/limits.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { Hello, PeerList } from '../wire/generated/p2p.ts';
import { HelloTemplate } from '../wire/hello-template.ts';
import type { Message } from '../wire/message.ts';
import type { AdmissionDesk } from './admission.ts';
import type { AnnouncementDriver } from './announcement-driver.ts';
import type { ConductBook } from './conduct-book.ts';
import type { ExchangeDriver } from './exchange-driver.ts';
import type { NodeContext } from './node-context.ts';
import type { OwnAddress } from './own-address.ts';
import type { RecordDriver } from './record-driver.ts';

/** What the outbound and the inbound side of the node make of a session's beginning and end. */
export interface SessionObserver {
  established(session: PeerSession): void;
  ended(session: PeerSession, end: SessionEnd): void;
}

/** One for each address of this machine under which peers reach it; a few, even with many interfaces. */
const HELLO_TEMPLATES_MAX = 64;

export interface DirectedParts {
  readonly admission: AdmissionDesk;
  readonly conduct: ConductBook;
  readonly exchange: ExchangeDriver;
  readonly announcements: AnnouncementDriver;
  readonly records: RecordDriver;
  readonly ownAddress: OwnAddress;
  readonly observer: SessionObserver;
}

/** Ends that were the far side's fault and count against it. */
const FAULTS: ReadonlySet<string> = new Set<Fault>([
  'malformed',
  'rate-limited',
  'identity-mismatch',
]);

/** The node's side of every session: who is let in, and where messages go. */
export class SessionDirector implements SessionHost<PeerSession> {
  readonly totals: SessionTraffic;
  readonly isProofRequired: boolean;
  /** By the address that this node names; cleared when there are more than a machine has. */
  private readonly hellos = new Map<AddressKey | undefined, HelloTemplate>();
  private readonly feelerHellos = new Map<AddressKey | undefined, HelloTemplate>();

  constructor(
    private readonly context: NodeContext,
    private readonly parts: DirectedParts,
  ) {
    this.totals = context.traffic;
    this.isProofRequired = context.options.security === 'tls';
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

  helloFor(session: PeerSession): Uint8Array {
    const own = this.parts.ownAddress.advertisedTo(session);
    const templates = session.class === 'feeler' ? this.feelerHellos : this.hellos;
    let template = templates.get(own?.key);
    if (template === undefined) {
      template = this.templateOf(own, session.class === 'feeler');
      if (templates.size >= HELLO_TEMPLATES_MAX) templates.clear();
      templates.set(own?.key, template);
    }
    return template.fill(session.nonce, session.remote.key);
  }

  private templateOf(own: PeerAddress | undefined, isFeeler: boolean): HelloTemplate {
    const { options } = this.context;
    if (own !== undefined) this.context.rememberOwn(own);
    return new HelloTemplate({
      protocolVersion: PROTOCOL_VERSION,
      chainId: options.chainId,
      genesisHash: options.genesisHash,
      publicKey: options.publicKey,
      agent: options.agent,
      listenAddresses: own === undefined ? [] : [own.key],
      capabilities: isFeeler ? OWN_CAPABILITIES | CAPABILITY.feeler : OWN_CAPABILITIES,
      zone: options.zone,
    });
  }

  judge(session: PeerSession, hello: Hello): HelloRefusal | undefined {
    const { options, sessions } = this.context;
    const nodeId = nodeIdOfKey(hello.publicKey, options.sha256);
    const refusal = judgeHello(hello, {
      chainId: options.chainId,
      genesisHash: options.genesisHash,
      publicKey: options.publicKey,
      provenKey: session.provenKey,
      nodeId,
      pinnedNodeId: this.pinnedNode(session),
      isOwnNonce: (nonce) => sessions.ofOwnNonce(nonce) !== undefined,
    });
    this.noteOwnNonce(session, hello);
    if (refusal === undefined) session.nodeId = nodeId;
    return refusal;
  }

  /**
   * What a peer says, SELF_CONNECTION or a Hello of ours that it repeats, is a claim. Proof is the Hello of a dial of ours
   * that comes in here, inside TLS with our key at both ends: nobody can bring it who does not lead here.
   */
  private noteOwnNonce({ direction, provenKey }: PeerSession, hello: Hello): void {
    const { options, sessions } = this.context;
    const dialled = sessions.ofOwnNonce(hello.connectionNonce);
    if (direction !== 'inbound' || dialled === undefined) return;
    const { security = 'plain', publicKey } = options;
    const isOurs = (key: Uint8Array | undefined): boolean =>
      key === undefined ? security === 'plain' : bytesEqual(key, publicKey);
    if (isOurs(provenKey) && isOurs(dialled.provenKey)) dialled.metItself = true;
  }

  /** Plain keys are claims: a pin on a claim would lock an address out, not an attacker. */
  private pinnedNode({ provenKey, dialled }: PeerSession): NodeId | undefined {
    if (provenKey === undefined || dialled === undefined) return undefined;
    const entry = this.context.book.get(dialled.key);
    return entry?.isSecured === true ? entry.nodeId : undefined;
  }

  admit(session: PeerSession, hello: Hello): Admission {
    return this.parts.admission.admit(session, hello);
  }

  established(session: PeerSession): void {
    const nodeId = session.nodeId as NodeId;
    const { context } = this;
    session.group = context.groupOfRemote(session);
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
    this.parts.observer.established(session);
    // Last: it may dial, and the dial that led here has ended by now.
    this.parts.ownAddress.heard(session);
    this.parts.records.established(session);
  }

  received(session: PeerSession, message: Message): void {
    if (session.class === 'feeler') return;
    switch (message.type) {
      case 'get-peers':
        this.parts.exchange.answer(session, message.body);
        return;
      case 'peer-list':
        this.listReceived(session, message.body);
        return;
      case 'announce-peer':
        this.parts.records.announced(session, message.body.record);
        return;
      case 'block-announcement':
      case 'transaction-announcement':
        this.parts.announcements.receive(session, message);
        return;
      // Headers are well-formed, counted, and not acted on in this version.
      default:
    }
  }

  private listReceived(session: PeerSession, { peers, records }: PeerList): void {
    const { exchange, conduct } = this.parts;
    const result = exchange.listReceived(session, peers);
    if (result !== 'unsolicited') this.parts.records.listed(session, records);
    if (result === 'unsolicited') conduct.fault(session, 'unsolicited-list');
    else if (result === 'forbidden-addresses') conduct.fault(session, 'forbidden-address');
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
    else session.disconnect('too-many-peers', this.parts.admission.wayOut(session));
  }

  ended(session: PeerSession, end: SessionEnd): void {
    const { context } = this;
    context.sessions.remove(session);
    // Before its state goes: hearsay would begin it anew, and nobody would ever end that.
    this.hearRedirect(session, end);
    context.exchange.closed(session.id);
    this.parts.exchange.closed(session.id);
    this.parts.records.closed(session.id);
    this.parts.announcements.closed(session.id);
    context.isPlanDue = true;
    this.parts.observer.ended(session, end);
    if (end.by === 'local' && FAULTS.has(end.reason)) {
      this.parts.conduct.fault(session, end.reason as Fault);
    }
  }

  /** Of whom we dialled or have met: anybody can connect and say goodbye. */
  private hearRedirect(session: PeerSession, { by, redirect = [] }: SessionEnd): void {
    const isPeer = session.direction === 'outbound' || session.establishedAt !== undefined;
    if (by !== 'remote' || !isPeer || redirect.length === 0) return;
    this.parts.exchange.hear(redirect, session);
  }

  limitHit(limit: LimitName, session: PeerSession): void {
    this.context.observe({ kind: 'limit-hit', limit, peer: session.peerName });
  }

  private limitStay(session: PeerSession): void {
    const { limits, now, sessions } = this.context;
    if (session.class === 'feeler') session.limitStay(limits.feelerLingerMs, now);
    else if (session.class === 'surplus') session.limitStay(limits.surplusLingerMs, now);
    else return;
    sessions.reschedule(session);
  }
}
