import type { AddressEntry } from '../address-book/address-entry.ts';
import type { PeerSource } from '../address-book/vocabulary.ts';
import { DialAttempts, type DialAttempt } from '../connectivity/dial-attempts.ts';
import { OutageRule } from '../connectivity/outage-rule.ts';
import type { ConnectionClass } from '../session/connection.ts';
import { DIAL_VERDICTS } from '../session/fault-table.ts';
import type { PeerSession } from '../session/peer-session.ts';
import type { CloseReason, DialFailure } from '../session/reasons.ts';
import type { SessionEnd } from '../session/session-host.ts';
import type { ConnectionId } from '../support/brand.ts';
import { jittered } from '../support/random-source.ts';
import type { DialOutcome } from './events.ts';
import type { NodeContext } from './node-context.ts';

/** A node that is full or knows us already is asked again after this long, ± half of it. */
const PUT_OFF_MS = 30_000;
/** What a peer may ask us to wait. */
const RETRY_AFTER_MAX_MS = 600_000;

/** Starts dials and tells the address book what became of them. */
export class Dialer {
  readonly attempts: DialAttempts;
  readonly outage: OutageRule;

  constructor(private readonly context: NodeContext) {
    const { limits } = context;
    this.outage = new OutageRule(limits.outageWindowMs, limits.triedEntriesMax);
    this.attempts = new DialAttempts(limits, {
      resolve: (requestId, host) => context.emit({ kind: 'resolve-host', requestId, host }),
      dial: (connectionId, endpoint, timeoutMs) =>
        context.emit({ kind: 'dial', connectionId, endpoint, timeoutMs }),
      cancel: (connectionId) => context.emit({ kind: 'cancel-dial', connectionId }),
      failed: (attempt, failure) => this.failed(attempt, failure),
    });
  }

  start(entry: AddressEntry, source: PeerSource, ofClass: ConnectionClass): void {
    const { context } = this;
    const { address } = entry;
    context.change({ kind: 'dial-started', key: address.key });
    this.attempts.start({ address, source, class: ofClass, startedAt: context.now });
  }

  /** A socket opened: the attempt that it belongs to, if that is still wanted. */
  opened(id: ConnectionId): DialAttempt | undefined {
    return this.attempts.opened(id);
  }

  /** Our own handshake with a dialled address has succeeded. */
  succeeded(session: PeerSession, attempt: DialAttempt): void {
    this.attempts.finish(attempt.address.key);
    this.networkWorks();
    this.verified(session, attempt, session.class !== 'feeler');
    this.finished(attempt, 'connected');
  }

  /** A connection that we dialled ended before its handshake was complete. */
  handshakeEnded(session: PeerSession, attempt: DialAttempt, end: SessionEnd): void {
    this.attempts.finish(attempt.address.key);
    const isKnownDuplicate = end.reason === 'duplicate-connection' && end.by === 'local';
    if (isKnownDuplicate && session.nodeId !== undefined) this.verified(session, attempt, false);
    this.judge(attempt, end.reason, end.retryAfterSeconds ?? 0);
    this.finished(attempt, end.reason);
  }

  /** Something came in: failures held back by the outage rule count now. */
  networkWorks(): void {
    for (const { key, reason } of this.outage.networkWorks(this.context.now)) {
      const entry = this.context.book.get(key);
      if (entry?.state === 'backoff') this.context.change({ kind: 'failed', key, reason });
    }
  }

  private verified(session: PeerSession, attempt: DialAttempt, staysOpen: boolean): void {
    if (session.nodeId === undefined) return;
    this.context.change({
      kind: 'handshake-succeeded',
      key: attempt.address.key,
      nodeId: session.nodeId,
      at: this.context.options.wallClock(),
      staysOpen,
    });
  }

  private failed(attempt: DialAttempt, failure: DialFailure): void {
    this.judge(attempt, failure, 0);
    this.finished(attempt, failure);
  }

  private finished(attempt: DialAttempt, outcome: DialOutcome): void {
    this.context.isPlanDue = true;
    this.context.observe({
      kind: 'dial-finished',
      address: attempt.address.key,
      source: attempt.source,
      class: attempt.class,
      outcome,
    });
  }

  private judge(
    attempt: DialAttempt,
    reason: CloseReason | DialFailure,
    retryAfterSeconds: number,
  ): void {
    const { context } = this;
    const { key } = attempt.address;
    switch (DIAL_VERDICTS[reason]) {
      case 'incompatible':
        context.lastIncompatibleAt = context.now;
        context.change({ kind: 'incompatible', key, reason });
        return;
      case 'self':
        context.rememberOwn(attempt.address);
        context.change({ kind: 'found-self', key });
        return;
      case 'put-off': {
        const adviceMs = Math.min(retryAfterSeconds * 1_000, RETRY_AFTER_MAX_MS);
        const retryAfterMs = Math.max(adviceMs, jittered(context.options.random, PUT_OFF_MS, 0.5));
        context.change({ kind: 'put-off', key, reason, retryAfterMs });
        return;
      }
      default:
        context.change({ kind: 'failure-held', key, reason });
        this.outage.failed({ key, reason, at: context.now });
    }
  }
}
