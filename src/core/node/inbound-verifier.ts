import { isListed, type AddressState } from '../address-book/address-entry.ts';
import type { AddressRefusal } from '../address-book/vocabulary.ts';
import { holdsSlot } from '../session/connection.ts';
import type { PeerSession } from '../session/peer-session.ts';
import { scopeOfIp } from '../support/address-scope.ts';
import { millis, type AddressKey, type Millis, type NodeId } from '../support/brand.ts';
import { parseCanonicalPeerAddress, type PeerAddress } from '../support/peer-address.ts';
import { uniform } from '../support/random-source.ts';
import { TimerTable } from '../support/timer-table.ts';
import type { Dialer } from './dialer.ts';
import type { NodeContext } from './node-context.ts';

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
  /** Claims of one group take turns; undefined: this one need not wait for others. */
  readonly group?: string | undefined;
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
  /** When the next claim of a group has its turn: of groups that had one within `claimIntervalMs`. */
  private readonly turns = new TimerTable<string>();
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
    const soon = this.context.now + this.context.limits.verifyWithinMs;
    for (const key of this.claims.keys()) {
      if (isOthers(key) && (this.timers.at(key) ?? soon) <= soon) return true;
    }
    for (const { class: ofClass, source, address } of this.dialer.attempts.all()) {
      if (ofClass === 'feeler' && source === 'inbound' && isOthers(address.key)) return true;
    }
    return false;
  }

  consider(session: PeerSession): void {
    const { context } = this;
    const address = this.claimOf(session);
    const nodeId = session.nodeId;
    if (address === undefined || nodeId === undefined) return;
    const claim = { address, nodeId, isInDoubt: false, group: this.groupOf(address, session) };
    if (this.claims.has(address.key) || this.isSettled(claim)) return;
    context.change({
      kind: 'heard',
      address,
      source: 'inbound',
      sourceGroup: context.groupOfRemote(session),
      via: session.scope,
      zone: session.hello?.zone ?? '',
      isOperator: false,
    });
    if (!this.hasRoom(claim)) {
      context.observe({ kind: 'limit-hit', limit: 'inbound-claims', peer: session.peerName });
      return;
    }
    const { verifyWithinMs, verifyAtOnceBelow } = context.limits;
    const isUrgent = context.book.verifiedCount < verifyAtOnceBelow;
    const waitMs = isUrgent ? 0 : verifyWithinMs * uniform(context.options.random);
    context.change({ kind: 'queued', key: address.key });
    this.wait(claim, session, waitMs);
  }

  /** An inbound peer's connection was lost without a goodbye: is it still there? */
  doubt(address: PeerAddress, session: PeerSession): void {
    const { limits, options } = this.context;
    const { nodeId } = session;
    if (nodeId === undefined || this.claims.size >= limits.claimsMax) return;
    const waitMs = limits.verifyWithinMs * uniform(options.random);
    this.wait({ address, nodeId, isInDoubt: true }, session, waitMs);
  }

  private wait(claim: Claim, { provenKey }: PeerSession, waitMs: number): void {
    const { address } = claim;
    const at = millis(this.context.now + waitMs);
    this.claims.set(address.key, claim);
    // A key that nobody has proven may be anybody's, who comes and goes under the name of that node.
    const isSure =
      provenKey !== undefined || this.context.book.get(address.key)?.isVerified !== true;
    const notBefore = isSure ? at : (this.restsUntil(address) ?? at);
    this.timers.set(address.key, millis(Math.max(at, notBefore)));
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
      const later = claim === undefined ? undefined : this.waitsUntil(claim);
      if (later !== undefined) {
        this.timers.set(key, later);
        continue;
      }
      this.claims.delete(key);
      if (claim !== undefined && !isDraining) this.verify(claim);
    }
  }

  /** Undefined: it may be dialled now. */
  private waitsUntil({ address, group }: Claim): Millis | undefined {
    const { now } = this.context;
    // Our own dial may end as a duplicate before it has verified anything.
    if (this.dialer.attempts.has(address.key)) return millis(now + DIAL_UNDER_WAY_MS);
    const turn = group === undefined ? undefined : this.turns.at(group);
    return turn !== undefined && turn > now ? turn : undefined;
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
    if (!claim.isInDoubt && this.isSettled(claim)) return;
    if (OURS.has(entry.state)) return;
    this.takeTurn(claim);
    this.dialer.start(entry, { source: 'inbound', class: 'feeler', promotes: false });
  }

  private takeTurn({ group }: Claim): void {
    const { now, limits } = this.context;
    if (group === undefined) return;
    let over = this.turns.takeDue(now);
    while (over !== undefined) over = this.turns.takeDue(now);
    this.turns.set(group, millis(now + limits.claimIntervalMs));
  }

  private refusalOf(address: PeerAddress, { scope }: PeerSession): AddressRefusal | undefined {
    const { context } = this;
    if (context.isOwn(address.key)) return 'own-address';
    const nodeId = context.book.get(address.key)?.nodeId;
    if (context.isBanned({ nodeId, address })) return 'banned';
    return context.policy.judgeHearsay(address, scope);
  }

  private hasRoom({ group }: Claim): boolean {
    const { claimsMax, claimsPerGroupMax } = this.context.limits;
    if (this.claims.size >= claimsMax) return false;
    if (group === undefined) return true;
    let waiting = 0;
    for (const other of this.claims.values()) if (other.group === group) waiting += 1;
    return waiting < claimsPerGroupMax;
  }

  /** Verified for whom claims it, or just now for somebody else: no stranger has that one dialled again and again. */
  private isSettled({ address, nodeId }: Claim): boolean {
    const known = this.context.book.get(address.key);
    if (known === undefined || !known.isVerified) return false;
    if (known.nodeId === nodeId) return isListed(known);
    return (this.restsUntil(address) ?? 0) > this.context.now;
  }

  /** Until when what others do must not have an address dialled again; undefined where that is nobody's business. */
  private restsUntil({ key, ip }: PeerAddress): Millis | undefined {
    const { book, limits, options } = this.context;
    const lastDialAt = book.get(key)?.lastDialAt;
    const isExempt = ip !== undefined && scopeOfIp(ip) === 'loopback';
    if (lastDialAt === undefined || isExempt || options.scope === 'cluster') return undefined;
    return millis(lastDialAt + limits.hearsayDialIntervalMs);
  }

  /** Of a claim on the internet. Names cost nothing: those of one network of claimants wait for each other. */
  private groupOf(address: PeerAddress, session: PeerSession): string | undefined {
    const { context } = this;
    const scope = address.ip === undefined ? session.scope : scopeOfIp(address.ip);
    if (scope !== 'public' || context.options.scope === 'cluster') return undefined;
    if (address.ip === undefined) return context.groupOfRemote(session);
    return context.policy.groupOf(address, '');
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
      const refusal = this.refusalOf(address, session);
      if (refusal === undefined) return address;
      context.observe({ kind: 'address-refused', address: address.key, reason: refusal });
    }
    return undefined;
  }
}
