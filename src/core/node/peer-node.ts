import { MeshLatch } from '../connectivity/mesh-latch.ts';
import { PeerSession } from '../session/peer-session.ts';
import { scopeOfIp } from '../support/address-scope.ts';
import { assertNever, millis, type ConnectionId, type Millis } from '../support/brand.ts';
import { nextU64, uniform } from '../support/random-source.ts';
import type { NodeEffect } from './effects.ts';
import type { NodeState } from './events.ts';
import type { NodeInput } from './inputs.ts';
import { banViewOf } from './ban-view.ts';
import { NodeContext } from './node-context.ts';
import type { PeerNodeOptions } from './node-options.ts';
import { bookPage, type PlanFacts } from './book-page.ts';
import { connectionViews, peerKeys, snapshotOf } from './node-snapshot.ts';
import { NodeParts } from './node-parts.ts';
import { sourceViews } from './source-views.ts';
import { stateOf } from './node-state.ts';
import { OwnHealth } from './own-health.ts';
import type {
  BanView,
  BookPage,
  BookQuery,
  ConnectionView,
  NodeSnapshot,
  SourceView,
} from './views.ts';
import { whyNotOf } from './why-not.ts';

/**
 * The whole protocol and policy of a node as a synchronous, deterministic machine: inputs in, effects
 * out, no clock, no randomness, no I/O of its own. The same inputs with the same random source give
 * the same effects.
 */
export class PeerNode {
  private readonly context: NodeContext;
  private readonly parts: NodeParts;
  private readonly health: OwnHealth;
  private readonly latch: MeshLatch;
  private readonly startedAt: Millis;
  private hasStarted = false;
  private wasEverConnected = false;
  private state: NodeState = 'starting';
  /** The last answer to `nextDeadline`, until the next input. */
  private deadline: Millis | undefined;

  /** @param now time of the start: the first input comes at this time or later */
  constructor(
    private readonly options: PeerNodeOptions,
    now: Millis,
  ) {
    const context = new NodeContext(options);
    context.now = now;
    this.context = context;
    this.startedAt = now;
    this.parts = new NodeParts(context);
    this.health = new OwnHealth(context);
    this.latch = new MeshLatch(options.limits, now);
  }

  handle(input: NodeInput, now: Millis): void {
    this.context.now = now;
    this.take(input);
    this.context.saveDueBans();
    this.deadline = undefined;
    if (this.context.isPlanDue) this.parts.upkeep.hurry();
  }

  /** When `deadline-reached` is wanted next; undefined before the first input. */
  nextDeadline(): Millis | undefined {
    if (!this.hasStarted) return undefined;
    this.deadline ??= this.health.resumesAt ?? this.parts.nextDeadline();
    return this.deadline;
  }

  /** What the node wants done since the last call, in order. */
  drainEffects(): NodeEffect[] {
    return this.context.drainEffects();
  }

  snapshot(now: Millis): NodeSnapshot {
    return snapshotOf(this.context, {
      state: this.state,
      uptimeMs: now - this.startedAt,
      dialsInProgress: this.parts.dialer.attempts.size,
      meshReason: this.latch.reason,
    });
  }

  connections(now: Millis): ConnectionView[] {
    return connectionViews(this.context, (session) => this.parts.conduct.scoreOf(session), now);
  }

  /** One page of the address book. */
  book(query: BookQuery, now: Millis): BookPage {
    return bookPage(this.context, query, this.planFacts(), now);
  }

  sources(now: Millis): SourceView[] {
    return sourceViews(this.context, this.parts, now);
  }

  bans(): BanView[] {
    const { bans } = this.context;
    return bans.active(this.options.wallClock()).map(banViewOf);
  }

  /** `host:port` of verified peers, connected ones first. */
  peers(query: { readonly state: 'connected' | 'verified'; readonly limit: number }): string[] {
    return peerKeys(this.context, query);
  }

  private take(input: NodeInput): void {
    switch (input.kind) {
      case 'peers-loaded':
        return this.start(input);
      case 'connection-opened':
        return this.opened(input);
      case 'dial-failed':
        return this.parts.dialer.attempts.socketFailed(
          input.connectionId,
          input.failure,
          this.context.now,
        );
      case 'connection-secured':
        return this.context.sessions.get(input.connectionId)?.secured(input.publicKey);
      case 'bytes-received':
        return this.received(input.connectionId, input.bytes);
      case 'connection-closed':
        this.context.sessions
          .get(input.connectionId)
          ?.transportClosed({ reason: input.reason, by: 'remote' });
        return;
      case 'host-resolved':
        return this.parts.dialer.attempts.resolved(
          input.requestId,
          input.addresses,
          this.context.now,
        );
      case 'source-read':
        return this.parts.sources.answered(input.sourceIndex, input.result);
      case 'announcement-verified':
        return this.parts.announcements.verified(input.verificationId, input.verdict);
      case 'record-verified':
        return this.parts.records.verified(input.verificationId, input.isValid);
      case 'transport-limit-hit':
        return this.context.observe({ kind: 'limit-hit', limit: input.limit });
      case 'deadline-reached':
        return this.deadlineReached();
      case 'operator-command':
        return this.parts.desk.command(input.command);
      default:
        return assertNever(input);
    }
  }

  private start(input: Extract<NodeInput, { kind: 'peers-loaded' }>): void {
    const { context } = this;
    this.hasStarted = true;
    const { anchors, bans, 'book:snapshot': snapshot } = input.documents;
    context.bans.restore(bans);
    if (snapshot !== undefined) {
      context.change({ kind: 'restored', text: snapshot, at: this.options.wallClock() });
    }
    for (const peer of input.peers) context.change({ kind: 'loaded', peer });
    context.observe({ kind: 'peers-loaded', count: context.book.persistedCount });
    const { seeds, operatorPeers } = this.options;
    if (seeds.length === 0 && operatorPeers.length === 0 && context.book.persistedCount === 0) {
      context.observe({ kind: 'no-seeds-configured' });
    }
    this.parts.upkeep.setAnchors(this.parts.rounds.start(anchors));
    this.parts.sources.start();
    this.parts.sources.deadlineReached();
    for (const address of operatorPeers) this.parts.upkeep.addOperatorPeer(address);
    context.isPlanDue = true;
  }

  private opened(input: Extract<NodeInput, { kind: 'connection-opened' }>): void {
    const { context } = this;
    const { connectionId, direction, remote } = input;
    const attempt = direction === 'outbound' ? this.parts.dialer.opened(connectionId) : undefined;
    if (direction === 'outbound' ? attempt === undefined : !this.letsIn(input)) {
      context.emit({ kind: 'close', connectionId, mode: 'abort' });
      return;
    }
    if (attempt !== undefined) this.parts.lifecycle.dialOpened(connectionId, attempt);
    const { handshakeTimeoutMs, dialTimeoutMs } = context.limits;
    const dialEndsAt = attempt === undefined ? Infinity : attempt.startedAt + dialTimeoutMs;
    const session = new PeerSession(
      {
        id: connectionId,
        direction,
        class: attempt?.class ?? 'open',
        remote,
        local: input.local,
        dialled: attempt?.address,
        handshakeBy: millis(Math.min(context.now + handshakeTimeoutMs, dialEndsAt)),
        group: context.policy.groupOf(remote, ''),
        nonce: nextU64(this.options.random),
        pingPhase: uniform(this.options.random),
      },
      this.parts.director,
      context.limits,
      context.now,
    );
    context.sessions.add(session);
  }

  private letsIn(input: Extract<NodeInput, { kind: 'connection-opened' }>): boolean {
    const { context } = this;
    if (context.isDraining || !this.hasStarted) return false;
    const { remote } = input;
    const isExempt = scopeOfIp(remote.ip as Uint8Array) === 'loopback';
    const limit = context.sessions.refusesInbound(remote.host, {
      group: context.policy.groupOf(remote, ''),
      isExempt,
      now: context.now,
    });
    if (limit === undefined) return true;
    context.observe({ kind: 'limit-hit', limit, peer: remote.key });
    return limit === 'pending-inbound' && this.makeRoom();
  }

  /** Ends the handshake that takes longest, if it has had its time. @returns whether a place is free */
  private makeRoom(): boolean {
    const slow = this.context.sessions.pendingToEnd(this.context.now);
    slow?.disconnect('too-many-peers', {
      detail: 'every place for handshakes is taken',
      retryAfterSeconds: 2,
    });
    return slow !== undefined;
  }

  private received(id: ConnectionId, bytes: Uint8Array): void {
    const { context } = this;
    const session = context.sessions.get(id);
    if (session === undefined) return;
    this.parts.dialer.networkWorks();
    session.receive(bytes, context.now);
    context.sessions.reschedule(session);
  }

  private deadlineReached(): void {
    const { context } = this;
    if (!this.hasStarted || !this.health.mayJudge(this.deadline ?? this.parts.nextDeadline()))
      return;
    const { upkeep, sources } = this.parts;
    const { now, sessions } = context;
    for (let due = sessions.takeDue(now); due !== undefined; due = sessions.takeDue(now)) {
      due.deadlineReached(now);
      sessions.reschedule(due);
    }
    this.parts.deadlineReached();
    if (!context.isDraining) sources.deadlineReached();
    if (upkeep.nextDeadline() <= now) this.plan();
  }

  private planFacts(): PlanFacts {
    const { upkeep, dialer } = this.parts;
    const elders = new Set(this.context.elders());
    return {
      isAnchor: upkeep.isAnchor,
      isElder: (entry) => elders.has(entry),
      whyNot: whyNotOf(this.context, { upkeep, dialer }),
    };
  }

  private plan(): void {
    const { context } = this;
    this.parts.upkeep.run();
    const connections = context.sessions.connectedCount;
    if (connections > 0) this.wasEverConnected = true;
    const { newCount, triedCount, selfCount } = context.book;
    const reason = this.latch.observe({
      now: context.now,
      connections,
      candidates: newCount + triedCount - selfCount,
      areSourcesRead: this.parts.sources.areAllRead(),
      isNetworkRefused: context.isNetworkRefused(),
    });
    if (reason !== undefined) context.observe({ kind: 'mesh-joined', reason });
    this.updateState(connections);
  }

  private updateState(connections: number): void {
    const { context } = this;
    const to = stateOf({
      hasStarted: this.hasStarted,
      isDraining: context.isDraining,
      isOffline: this.parts.dialer.outage.isOffline(context.now),
      connections,
      outbound: context.sessions.slots('outbound'),
      outboundMin: context.limits.outboundMin,
      hasUnconnectedCandidate: () => this.parts.upkeep.hasUnconnectedCandidate(),
      wasEverConnected: this.wasEverConnected,
      isMeshLatched: this.latch.reason !== undefined,
    });
    if (to === this.state) return;
    context.observe({ kind: 'state-changed', from: this.state, to });
    this.state = to;
  }
}
