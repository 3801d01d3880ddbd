import type { AddressEntry } from '../address-book/address-entry.ts';
import { DialAttempts, type DialAttempt } from '../connectivity/dial-attempts.ts';
import { OutageRule } from '../connectivity/outage-rule.ts';
import { PlainTurns } from '../connectivity/plain-turns.ts';
import { DIAL_VERDICTS } from '../session/fault-table.ts';
import type { PeerSession } from '../session/peer-session.ts';
import type { CloseReason, DialFailure } from '../session/reasons.ts';
import type { SessionEnd } from '../session/session-host.ts';
import type { AddressKey, ConnectionId } from '../support/brand.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import { jittered } from '../support/random-source.ts';
import type { DialOutcome } from './events.ts';
import { HearsayGate } from './hearsay-gate.ts';
import { isNetworkTaken } from './network-share.ts';
import type { NodeContext } from './node-context.ts';

/** A node that is full or knows us already is asked again after this long, ± half of it. */
const PUT_OFF_MS = 30_000;
/** As long, when it named nobody else and this node has no connection: nothing is left to do. */
const PUT_OFF_LONELY_MS = 1_000;
/** The operator's address had no place for one more handshake: it is full for the moment, and asked once more. */
const PUT_OFF_CROWDED_MS = 200;
/** A dial that failed by this process, which was late or had no socket for it, is made again soon. */
const PUT_OFF_OURS_MS = 1_000;
/** How a peer that speaks plain alone answers the first bytes of TLS. */
const ENDS_OF_PLAIN_PEERS: ReadonlySet<string> = new Set<CloseReason>([
  'tls-failed',
  'remote-closed',
  'connection-reset',
]);
/** What a peer may ask us to wait. */
const RETRY_AFTER_MAX_MS = 600_000;

/** What a peer that sends us away says of it. */
type Advice = Pick<SessionEnd, 'retryAfterSeconds' | 'redirect'>;

/** How a dial ended, whatever came of it. */
export interface DialEnd {
  readonly key: AddressKey;
  readonly outcome: DialOutcome;
  /** It led to this very node. */
  readonly metItself: boolean;
}

/** What a dial is for. */
export type DialPurpose = Pick<DialAttempt, 'source' | 'class' | 'promotes'>;

/** Starts dials and tells the address book what became of them. */
export class Dialer {
  readonly attempts: DialAttempts;
  readonly outage: OutageRule;
  readonly gate: HearsayGate;
  private readonly plainTurns: PlainTurns;

  constructor(
    private readonly context: NodeContext,
    /** Told of the end of each dial, whatever came of it. */
    private readonly onFinished: (end: DialEnd) => void,
  ) {
    const { limits } = context;
    this.outage = new OutageRule(limits.outageWindowMs, limits.triedEntriesMax);
    this.gate = new HearsayGate(context);
    this.plainTurns = new PlainTurns(limits.plainTurnsMax);
    this.attempts = new DialAttempts(limits, {
      resolve: (requestId, host) => context.emit({ kind: 'resolve-host', requestId, host }),
      judgeAnswers: (attempt, answers) => this.gate.judgeAnswers(attempt, answers),
      admit: (attempt, endpoint) => this.admit(attempt, endpoint),
      dial: (connectionId, endpoint, timeoutMs, isPlain) => {
        const dial = { kind: 'dial', connectionId, endpoint, timeoutMs } as const;
        // What a name resolves to may have proven a key under its own address.
        const staysPlain = isPlain && !context.book.isSecured(endpoint.key);
        context.emit(staysPlain ? { ...dial, isPlain } : dial);
      },
      cancel: (connectionId) => context.emit({ kind: 'cancel-dial', connectionId }),
      failed: (attempt, failure) => this.failed(attempt, failure),
    });
  }

  start(entry: AddressEntry, purpose: DialPurpose): void {
    const { context } = this;
    const { address } = entry;
    context.change({ kind: 'dial-started', key: address.key });
    const via = this.gate.viaOf(entry);
    const isPlain = this.plainTurns.take(address.key) && !context.book.isSecured(address.key);
    this.attempts.start({ address, ...purpose, startedAt: context.now, via, isPlain });
  }

  /** A socket opened: the attempt that it belongs to, if that is still wanted. */
  opened(id: ConnectionId): DialAttempt | undefined {
    return this.attempts.opened(id);
  }

  /** Our own handshake with a dialled address has succeeded. */
  succeeded(session: PeerSession, attempt: DialAttempt): void {
    this.attempts.finish(attempt.address.key);
    this.gate.heardFrom(session);
    this.networkWorks();
    this.verified(session, attempt, session.class !== 'feeler');
    this.finished(attempt, 'connected');
  }

  /** A connection that we dialled ended before its handshake was complete. */
  handshakeEnded(session: PeerSession, attempt: DialAttempt, end: SessionEnd): void {
    this.attempts.finish(attempt.address.key);
    this.gate.heardFrom(session, end);
    const isKnownDuplicate = end.reason === 'duplicate-connection' && end.by === 'local';
    if (isKnownDuplicate && session.nodeId !== undefined) this.verified(session, attempt, false);
    if (this.mayBePlain(session, attempt, end)) this.takePlainTurn(attempt, end.reason);
    else this.judge(attempt, end.reason, end);
    if (session.metItself) this.context.rememberOwn(attempt.address);
    this.finished(attempt, end.reason, session.metItself);
  }

  /** Something came in: failures held back by the outage rule count now. */
  networkWorks(): void {
    if (this.outage.isOffline(this.context.now)) this.context.change({ kind: 'outage-over' });
    for (const { key, reason } of this.outage.networkWorks(this.context.now)) {
      const entry = this.context.book.get(key);
      if (entry?.state === 'backoff') this.context.change({ kind: 'failed', key, reason });
    }
  }

  /** A dial was given up because others should have their turn: it counts against nobody. */
  gaveUp(attempt: DialAttempt, retryAfterMs: number): void {
    const { key } = attempt.address;
    this.context.networkRefusals.failed(key, 'dial-timeout');
    this.context.change({ kind: 'put-off', key, reason: 'dial-timeout', retryAfterMs });
    this.outage.failed({ key, reason: 'dial-timeout', at: this.context.now });
    this.finished(attempt, 'dial-timeout');
  }

  private admit(attempt: DialAttempt, endpoint: PeerAddress): DialFailure | undefined {
    if (isNetworkTaken(this.context, this.attempts, attempt, endpoint)) return 'group-taken';
    return this.gate.admit(attempt, endpoint);
  }

  private verified(session: PeerSession, attempt: DialAttempt, staysOpen: boolean): void {
    if (session.nodeId === undefined) return;
    this.context.change({
      kind: 'handshake-succeeded',
      key: attempt.address.key,
      nodeId: session.nodeId,
      isSecured: session.provenKey !== undefined,
      at: this.context.options.wallClock(),
      staysOpen,
      promotes: attempt.promotes,
    });
  }

  private failed(attempt: DialAttempt, failure: DialFailure): void {
    this.judge(attempt, failure);
    this.finished(attempt, failure);
  }

  private finished(attempt: DialAttempt, outcome: DialOutcome, metItself = false): void {
    this.context.isPlanDue = true;
    this.onFinished({ key: attempt.address.key, outcome, metItself });
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
    advice: Advice = {},
  ): void {
    const { context } = this;
    const { key } = attempt.address;
    switch (DIAL_VERDICTS[reason]) {
      case 'incompatible':
        context.networkRefusals.refused(key);
        context.change({ kind: 'incompatible', key, reason });
        return;
      case 'self':
        context.networkRefusals.forget(key);
        context.change({ kind: 'found-self', key });
        return;
      case 'refused':
        context.change({ kind: 'failed', key, reason });
        return;
      case 'put-off':
        this.sentAway(key, reason, advice);
        return;
      case 'ours':
        context.change({ kind: 'put-off', key, reason, retryAfterMs: PUT_OFF_OURS_MS });
        return;
      default:
        if (context.isLate) {
          context.change({ kind: 'put-off', key, reason, retryAfterMs: PUT_OFF_OURS_MS });
          return;
        }
        if (this.isCrowded(attempt, reason)) {
          const retryAfterMs = jittered(context.options.random, PUT_OFF_CROWDED_MS, 0.5);
          context.change({ kind: 'put-off', key, reason, retryAfterMs });
          return;
        }
        context.networkRefusals.failed(key, reason);
        context.change({ kind: 'failure-held', key, reason });
        this.outage.failed({ key, reason, at: context.now });
    }
  }

  /**
   * When a whole network starts at once, a seed has more callers than places for handshakes and resets the rest.
   * Who has nobody else asks again soon; the second reset in a row counts as a failure.
   */
  private isCrowded({ address, source }: DialAttempt, reason: CloseReason | DialFailure): boolean {
    const { book, sessions } = this.context;
    if (reason !== 'connection-reset' || sessions.connectedCount > 0) return false;
    if (source !== 'seed' && source !== 'peer') return false;
    return book.get(address.key)?.lastReason !== reason;
  }

  /** It ended the TLS handshake as one does that does not know TLS, and has never proven a key. */
  private mayBePlain(session: PeerSession, attempt: DialAttempt, { reason }: SessionEnd): boolean {
    const { options, book } = this.context;
    if (options.security !== 'prefer' || attempt.isPlain === true) return false;
    if (session.provenKey !== undefined || !ENDS_OF_PLAIN_PEERS.has(reason)) return false;
    return !book.isSecured(attempt.address.key);
  }

  private takePlainTurn({ address: { key } }: DialAttempt, reason: CloseReason): void {
    this.plainTurns.add(key);
    const retryAfterMs = jittered(this.context.options.random, PUT_OFF_CROWDED_MS, 0.5);
    this.context.change({ kind: 'put-off', key, reason, retryAfterMs });
  }

  /** It answered, and has no place for us. */
  sentAway(key: AddressKey, reason: CloseReason | DialFailure, advice: Advice): void {
    const retryAfterMs = this.putOffMs(advice);
    this.context.change({ kind: 'put-off', key, reason, retryAfterMs });
  }

  private putOffMs({ retryAfterSeconds = 0, redirect = [] }: Advice): number {
    const { options, sessions } = this.context;
    if (sessions.connectedCount === 0 && redirect.length === 0) {
      return jittered(options.random, PUT_OFF_LONELY_MS, 0.5);
    }
    const adviceMs = Math.min(retryAfterSeconds * 1_000, RETRY_AFTER_MAX_MS);
    return Math.max(adviceMs, jittered(options.random, PUT_OFF_MS, 0.5));
  }
}
