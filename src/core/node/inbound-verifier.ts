import { isListed, type AddressState } from '../address-book/address-entry.ts';
import { holdsSlot } from '../session/connection.ts';
import type { PeerSession } from '../session/peer-session.ts';
import { millis, type AddressKey, type Millis, type NodeId } from '../support/brand.ts';
import { parseCanonicalPeerAddress, type PeerAddress } from '../support/peer-address.ts';
import { uniform } from '../support/random-source.ts';
import { TimerTable } from '../support/timer-table.ts';
import type { Dialer } from './dialer.ts';
import type { NodeContext } from './node-context.ts';

/** Claims that wait; more than the inbound slots can bring in two seconds. */
const WAITING_MAX = 128;
/** Pause before the next look while all feelers are out. */
const NO_FEELER_FREE_MS = 20;
/** Pause before the next look while the same address is being dialled for a connection. */
const DIAL_UNDER_WAY_MS = 250;

/** Our own fresh dials for slots go before urgent feelers, for this long: with many at once, these double the work. */
const YIELD_MS = 1_500;
/** Looked at again this often. */
const YIELD_STEP_MS = 100;

/** Our own connection to it is open. */
const OURS: ReadonlySet<AddressState> = new Set(['connected', 'proven', 'elder']);

interface Claim {
  readonly address: PeerAddress;
  readonly nodeId: NodeId;
  /** Verified before, and in doubt since its connection was lost. */
  readonly isInDoubt: boolean;
}

/**
 * Dials the address that an inbound peer claims, once, with a connection that only verifies
 * (a feeler). Until that succeeds the claim is neither shared, listed nor stored. A node that knows
 * few verified peers looks at once, because others wait for its answers; one that knows enough
 * spreads its feelers over two seconds.
 */
export class InboundVerifier {
  private readonly claims = new Map<AddressKey, Claim>();
  private readonly timers = new TimerTable<AddressKey>();
  /** All feelers were out: nothing is looked at before. */
  private pausedUntil = millis(0);

  constructor(
    private readonly context: NodeContext,
    private readonly dialer: Dialer,
  ) {}

  nextDeadline(): Millis | undefined {
    const next = this.timers.next();
    return next === undefined ? undefined : millis(Math.max(next, this.pausedUntil));
  }

  /** Whether a claim is being looked at that is not this peer's own. */
  isVerifyingOthers(session?: PeerSession): boolean {
    const isOthers = (key: AddressKey): boolean =>
      session?.hello?.listenAddresses.includes(key) !== true;
    for (const key of this.claims.keys()) if (isOthers(key)) return true;
    for (const { class: ofClass, source, address } of this.dialer.attempts.all()) {
      if (ofClass === 'feeler' && source === 'inbound' && isOthers(address.key)) return true;
    }
    return false;
  }

  consider(session: PeerSession): void {
    const { context } = this;
    const address = this.claimOf(session);
    const nodeId = session.nodeId;
    if (address === undefined || nodeId === undefined || this.isKnown(address, nodeId)) return;
    if (this.claims.size >= WAITING_MAX) return;
    context.change({
      kind: 'heard',
      address,
      source: 'inbound',
      sourceGroup: context.groupOfRemote(session),
      via: session.scope,
      zone: session.hello?.zone ?? '',
      isOperator: false,
    });
    const { verifyWithinMs, verifyAtOnceBelow } = context.limits;
    const isUrgent = context.book.verifiedCount < verifyAtOnceBelow;
    const waitMs = isUrgent ? 0 : verifyWithinMs * uniform(context.options.random);
    context.change({ kind: 'queued', key: address.key });
    this.claims.set(address.key, { address, nodeId, isInDoubt: false });
    this.timers.set(address.key, millis(context.now + waitMs));
  }

  /** An inbound peer's connection was lost without a goodbye: is it still there? */
  doubt(address: PeerAddress, nodeId: NodeId): void {
    if (this.claims.size >= WAITING_MAX) return;
    const waitMs = this.context.limits.verifyWithinMs * uniform(this.context.options.random);
    this.claims.set(address.key, { address, nodeId, isInDoubt: true });
    this.timers.set(address.key, millis(this.context.now + waitMs));
  }

  /** Starts the feelers that are due. */
  run(): void {
    const { limits, now, isDraining } = this.context;
    if (now < this.pausedUntil) return;
    if (this.yieldsToDials()) {
      this.pausedUntil = millis(now + YIELD_STEP_MS);
      return;
    }
    for (let key = this.timers.takeDue(now); key !== undefined; key = this.timers.takeDue(now)) {
      if (this.dialer.attempts.count('feeler') >= limits.outboundFeelersMax) {
        this.timers.set(key, now);
        this.pausedUntil = millis(now + NO_FEELER_FREE_MS);
        return;
      }
      const claim = this.claims.get(key);
      if (claim !== undefined && this.dialer.attempts.has(key)) {
        // Our own dial may end as a duplicate before it has verified anything.
        this.timers.set(key, millis(now + DIAL_UNDER_WAY_MS));
        continue;
      }
      this.claims.delete(key);
      if (claim !== undefined && !isDraining) this.verify(claim);
    }
  }

  private yieldsToDials(): boolean {
    const { now, book, limits } = this.context;
    const due = this.timers.next();
    if (due === undefined || now >= due + YIELD_MS) return false;
    // Who knows enough has spread them already.
    if (book.verifiedCount >= limits.verifyAtOnceBelow) return false;
    for (const { class: ofClass, startedAt } of this.dialer.attempts.all()) {
      if (holdsSlot(ofClass) && now - startedAt < YIELD_MS) return true;
    }
    return false;
  }

  private verify(claim: Claim): void {
    const { key } = claim.address;
    const entry = this.context.book.get(key);
    if (entry === undefined) return;
    if (!claim.isInDoubt && this.isKnown(claim.address, claim.nodeId)) return;
    if (OURS.has(entry.state)) return;
    this.dialer.start(entry, { source: 'inbound', class: 'feeler', promotes: false });
  }

  private isKnown(address: PeerAddress, nodeId: NodeId): boolean {
    const known = this.context.book.get(address.key);
    return known !== undefined && known.nodeId === nodeId && isListed(known);
  }

  /** The first claimed address that we may dial at all. */
  private claimOf(session: PeerSession): PeerAddress | undefined {
    const { context } = this;
    for (const text of session.hello?.listenAddresses ?? []) {
      const parsed = parseCanonicalPeerAddress(text);
      if (!parsed.ok) {
        context.observe({ kind: 'address-refused', address: text, reason: parsed.fault });
        continue;
      }
      const { address } = parsed;
      const refusal = context.isOwn(address.key)
        ? 'own-address'
        : context.policy.judgeHearsay(address, session.scope);
      if (refusal === undefined) return address;
      context.observe({ kind: 'address-refused', address: address.key, reason: refusal });
    }
    return undefined;
  }
}
