import { scopeOfIp } from '../support/address-scope.ts';
import { assertNever, millis, type Millis, type UnixMillis } from '../support/brand.ts';
import type { EntryChange } from './address-change.ts';
import { isLocalName } from './local-name.ts';
import { isListed, type AddressState, type FailureReason } from './address-entry.ts';
import type { BookCore } from './book-core.ts';
import type { BookEntry } from './book-entry.ts';

/** What others named and never answered: given up after this many dials, a few minutes by then. */
const UNVERIFIED_FAILURES_MAX = 8;
/** What answered once and never stayed: given up after this many, an hour or two by then. */
const UNPROVEN_FAILURES_MAX = 16;

const OURS: ReadonlySet<AddressState> = new Set<AddressState>(['connected', 'proven', 'elder']);
const AT_REST: ReadonlySet<AddressState> = new Set<AddressState>(['heard', 'known', 'backoff']);
type Change<Kind extends EntryChange['kind']> = Extract<EntryChange, { kind: Kind }>;

/**
 * The states of an address (15, in `address-entry.ts`) and what leads from one to another. Cost: O(1)
 * per change; a review of the elders at most once in five seconds.
 */
export class EntryChanges {
  /** In the state `elder`. */
  private named: readonly BookEntry[] = [];

  constructor(private readonly core: BookCore) {}

  apply(entry: BookEntry, change: EntryChange, now: Millis): void {
    switch (change.kind) {
      case 'queued':
        if (AT_REST.has(entry.state)) this.core.setState(entry, 'queued', change.kind);
        return;
      case 'dial-started':
        entry.lastDialAt = now;
        this.core.setState(entry, 'dialing', change.kind);
        return;
      case 'handshaking':
        if (entry.state === 'dialing') this.core.setState(entry, 'handshaking', change.kind);
        return;
      case 'handshake-succeeded':
        return this.succeed(entry, change);
      case 'proven':
        return this.prove(entry, change.at);
      case 'connection-ended':
        return this.endConnection(entry, change.reason, now);
      case 'discouraged':
      case 'banned':
      case 'unbanned':
      case 'forgotten-by-operator':
        return this.judge(entry, change, now);
      default:
        return this.answer(entry, change, now);
    }
  }

  /** Dials that did not end in a handshake. */
  private answer(
    entry: BookEntry,
    change: Change<'failed' | 'failure-held' | 'incompatible' | 'found-self' | 'put-off'>,
    now: Millis,
  ): void {
    const { core } = this;
    switch (change.kind) {
      case 'failed':
        return this.fail(entry, change.reason, now);
      case 'failure-held':
        entry.lastReason = change.reason;
        core.setState(entry, 'backoff', change.reason);
        entry.heldFailures += 1;
        core.postpone(entry, entry.failures + entry.heldFailures, now);
        return;
      case 'incompatible':
        return this.markIncompatible(entry, change.reason, now);
      case 'found-self':
        core.selves.add(change.key);
        core.setState(entry, 'self', change.kind);
        entry.nextDialAt = millis(now + core.limits.incompatibleMs);
        return this.disown(entry, 'self-connection');
      case 'put-off':
        entry.lastReason = change.reason;
        core.setState(entry, restState(entry), change.reason);
        entry.nextDialAt = millis(now + change.retryAfterMs);
        // It answered: whoever wants its slot has to wait.
        core.confirmHolder(entry);
        return;
      default:
        assertNever(change);
    }
  }

  private judge(
    entry: BookEntry,
    change: Change<'discouraged' | 'banned' | 'unbanned' | 'forgotten-by-operator'>,
    now: Millis,
  ): void {
    const { core } = this;
    switch (change.kind) {
      case 'discouraged':
        entry.lastReason = change.reason;
        entry.nextDialAt = millis(now + core.limits.scoreHalfLifeMs);
        core.setState(entry, 'discouraged', change.reason);
        core.elders.exclude(entry);
        return;
      case 'banned':
        entry.bannedUntil = change.until;
        core.setState(entry, 'banned', change.kind);
        core.elders.exclude(entry);
        core.nodes.doubted(entry);
        return;
      case 'unbanned':
        if (entry.state !== 'banned') return;
        entry.bannedUntil = undefined;
        core.setState(entry, restState(entry), change.kind);
        return;
      case 'forgotten-by-operator':
        core.forgetKey(entry, 'operator');
        core.tables.drop(entry);
        return;
      default:
        assertNever(change);
    }
  }

  private succeed(entry: BookEntry, change: Change<'handshake-succeeded'>): void {
    const { core } = this;
    const wasListed = isListed(entry);
    entry.failures = 0;
    entry.heldFailures = 0;
    entry.firstFailureAt = undefined;
    entry.lastReason = undefined;
    entry.firstSuccessAt ??= change.at;
    entry.lastSuccessAt = change.at;
    entry.isVerified = true;
    if (change.isSecured === true) {
      entry.isSecured = true;
      core.secured.add(entry.address.key);
    }
    core.nodes.met(entry, change.nodeId);
    core.setState(entry, change.staysOpen ? 'connected' : 'known', change.kind);
    core.confirmHolder(entry);
    if (change.promotes) core.promote(entry);
    core.save(entry);
    if (!wasListed && isListed(entry)) {
      core.tell({ kind: 'verified', address: entry.address, nodeId: change.nodeId });
    }
  }

  private prove(entry: BookEntry, at: UnixMillis): void {
    const { core } = this;
    if (!entry.isVerified) return;
    entry.isProven = true;
    entry.lastSuccessAt = at;
    if (entry.state !== 'elder') core.setState(entry, 'proven', 'proven');
    core.elders.noticeProof();
    core.save(entry);
    this.reviewElders(at);
  }

  /** Names those elders to which we are connected. */
  reviewElders(at: UnixMillis): void {
    const { core } = this;
    const elders = core.elders.list(at);
    for (const entry of this.named) {
      const isFormer = entry.state === 'elder' && !core.elders.has(entry);
      if (isFormer) core.setState(entry, 'proven', 'elders-reviewed');
    }
    for (const entry of elders) {
      if (entry.state === 'proven') core.setState(entry, 'elder', 'elders-reviewed');
    }
    this.named = elders.filter((entry) => entry.state === 'elder');
  }

  private fail(entry: BookEntry, reason: FailureReason, now: Millis): void {
    const { core } = this;
    entry.failures += 1;
    entry.heldFailures = 0;
    entry.firstFailureAt ??= now;
    entry.lastReason = reason;
    core.postpone(entry, entry.failures, now);
    const isLost = this.isLost(entry, now);
    core.setState(entry, isLost ? 'quarantined' : 'backoff', reason);
    if (isLost || !entry.isProven) core.forgetKey(entry, reason);
    this.distrust(entry);
    if (reason === 'identity-mismatch') this.weighPin(entry, isLost);
    if (hasHadItsTries(entry)) core.tables.drop(entry);
  }

  private weighPin(entry: BookEntry, isLost: boolean): void {
    if (isLost || !isHeldFast(entry)) this.unpin(entry);
  }

  /** Whoever answers there next is who is there. */
  private unpin(entry: BookEntry): void {
    this.core.nodes.left(entry);
    entry.nodeId = undefined;
  }

  /** Of a proven peer: failed often enough, for long enough. */
  private isLost(entry: BookEntry, now: Millis): boolean {
    const { provenFailuresMax, provenFailureSpanMs } = this.core.limits;
    return (
      entry.isProven &&
      entry.failures >= provenFailuresMax &&
      now - (entry.firstFailureAt ?? now) >= provenFailureSpanMs
    );
  }

  private markIncompatible(entry: BookEntry, reason: FailureReason, now: Millis): void {
    const { incompatibleMs, incompatibleVersionMs } = this.core.limits;
    entry.failures += 1;
    entry.lastReason = reason;
    const pauseMs = reason === 'protocol-version-mismatch' ? incompatibleVersionMs : incompatibleMs;
    entry.nextDialAt = millis(now + pauseMs);
    this.core.setState(entry, 'incompatible', reason);
    this.disown(entry, reason);
  }

  private endConnection(entry: BookEntry, reason: FailureReason, now: Millis): void {
    const { core } = this;
    const isDialling = entry.state === 'dialing' || entry.state === 'handshaking';
    const isGoodbye = reason === 'shutting-down' && !isDialling;
    if (!OURS.has(entry.state) && !isGoodbye) return;
    entry.lastReason = reason;
    core.setState(entry, isGoodbye ? 'draining' : 'known', reason);
    core.postpone(entry, 1, now);
  }

  /** Of no use to us: out of the store, and whoever waited for its slot gets it. */
  private disown(entry: BookEntry, reason: FailureReason): void {
    this.core.forgetKey(entry, reason);
    this.distrust(entry);
  }

  private distrust(entry: BookEntry): void {
    const { core } = this;
    core.elders.exclude(entry);
    core.nodes.doubted(entry);
    core.yieldHolder(entry);
  }
}

/** Has failed too often for an address that was never alive for long. */
function hasHadItsTries({ isProven, isOperator, isVerified, failures }: BookEntry): boolean {
  const failuresMax = isVerified ? UNPROVEN_FAILURES_MAX : UNVERIFIED_FAILURES_MAX;
  return !isProven && !isOperator && failures >= failuresMax;
}

/**
 * Whether an address keeps its key against another one. Inside a network addresses change hands every day
 * and nobody is between: one refusal is enough to look again.
 */
function isHeldFast({ address, isProven }: BookEntry): boolean {
  const { ip, host } = address;
  const isLocal = ip === undefined ? isLocalName(host) : scopeOfIp(ip) !== 'public';
  return isProven && !isLocal;
}

function restState(entry: BookEntry): AddressState {
  return entry.isVerified ? 'known' : 'heard';
}
