import type { AddressEntry, AddressState } from '../address-book/address-entry.ts';
import { chooseDialTargets, type DialSnapshot } from '../connectivity/choose-dial-targets.ts';
import { millis, type AddressKey, type Millis } from '../support/brand.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import { shuffle } from '../support/random-source.ts';
import { TokenBucket } from '../support/token-bucket.ts';
import type { Dialer } from './dialer.ts';
import type { NodeContext } from './node-context.ts';
import type { WhyNotConnected } from './views.ts';
import type { SourceReader } from './source-reader.ts';

/** Candidates drawn from each table for one plan: several times what one plan can dial. */
const CANDIDATES_DRAWN = 48;

/** A burst of events is answered by one plan. */
const PLAN_SPACING_MS = 5;
const WORTH_A_DIAL: ReadonlySet<AddressState> = new Set(['heard', 'known']);

/** Keeps the outbound connections at their number: takes the snapshot, has it planned, dials. */
export class ConnectionUpkeep {
  private readonly dialRate: TokenBucket;
  private readonly spareDialRate: TokenBucket;
  private readonly operatorPeers = new Map<AddressKey, PeerAddress>();
  /** Since when there has been no connection at all. */
  private disconnectedSince: Millis;
  private planAt: Millis;
  private plannedAt: Millis;

  constructor(
    private readonly context: NodeContext,
    private readonly dialer: Dialer,
    private readonly sources: SourceReader,
  ) {
    const { limits, now } = context;
    this.dialRate = new TokenBucket(limits.dialsPerSecond, limits.outboundMax, now);
    const { spareDialsPerSecond } = limits;
    this.spareDialRate = new TokenBucket(spareDialsPerSecond, spareDialsPerSecond, now);
    this.disconnectedSince = now;
    this.planAt = now;
    this.plannedAt = now;
  }

  addOperatorPeer(address: PeerAddress): void {
    this.operatorPeers.set(address.key, address);
    this.context.change({
      kind: 'heard',
      address,
      source: 'peer',
      sourceGroup: '',
      isOperator: true,
    });
    this.context.isPlanDue = true;
  }

  readonly isAnchor = (): boolean => false;
  readonly isElder = (): boolean => false;
  readonly whyNot = (): WhyNotConnected => 'next-in-line';

  isOperatorPeer(key: AddressKey): boolean {
    return this.operatorPeers.has(key);
  }

  nextDeadline(): Millis {
    return this.planAt;
  }

  /** Something has changed: the plan is made anew, once for all that happens within a moment. */
  hurry(): void {
    this.context.isPlanDue = false;
    const soon = millis(Math.max(this.context.now, this.plannedAt + PLAN_SPACING_MS));
    if (soon < this.planAt) this.planAt = soon;
  }

  /** Looks at everything once and dials what is missing. */
  run(): void {
    const { context } = this;
    const { limits, now } = context;
    this.plannedAt = now;
    this.planAt = millis(now + limits.reconnectionIntervalMs);
    const snapshot = this.snapshot();
    if (context.isDraining) return;
    this.dialer.outage.expire(now);
    const targets = chooseDialTargets(snapshot, limits);
    const outbound = snapshot.outbound + targets.length;
    const isShort = outbound < limits.outboundMin;
    const isHeldBack = targets.length > 0 || snapshot.spareDialsAllowed === 0;
    const isFilling = isHeldBack && outbound < limits.outboundMax;
    const pauseMs = isShort || isFilling ? limits.planIntervalMs : limits.reconnectionIntervalMs;
    this.planAt = millis(now + pauseMs);
    if (targets.length === 0) return;
    context.observe({ kind: 'dials-started', attemptingConnections: targets.length });
    for (const [index, { entry, source, class: ofClass }] of targets.entries()) {
      this.dialRate.take(now);
      if (snapshot.outbound + index >= limits.outboundMin) this.spareDialRate.take(now);
      this.dialer.start(entry, source, ofClass);
    }
  }

  /** Whether an address is worth a dial and not connected; of a large book a few are drawn. */
  hasUnconnectedCandidate(): boolean {
    const { book } = this.context;
    const isWorthIt = (entry: AddressEntry): boolean =>
      entry.failures === 0 && WORTH_A_DIAL.has(entry.state) && !this.isBusy(entry);
    return (
      book.sample('tried', CANDIDATES_DRAWN).some(isWorthIt) ||
      book.sample('new', CANDIDATES_DRAWN).some(isWorthIt)
    );
  }

  private snapshot(): DialSnapshot {
    const { context } = this;
    const { book, sessions } = context;
    const attempts = this.dialer.attempts;
    const connections = sessions.connectedCount;
    if (connections > 0) this.disconnectedSince = context.now;
    const verified = book.sample('tried', CANDIDATES_DRAWN);
    return {
      now: context.now,
      outbound: sessions.slots('outbound') + attempts.slots,
      operatorConnections: sessions.count('outbound', 'operator') + attempts.count('operator'),
      connections,
      dialsAllowed: this.dialRate.available(context.now),
      spareDialsAllowed: this.spareDialRate.available(context.now),
      areSeedsAllowed: this.areSeedsAllowed(),
      verified: verified.filter((entry) => !this.operatorPeers.has(entry.address.key)),
      operatorPeers: this.entriesOf([...this.operatorPeers.keys()]),
      seeds: this.entriesOf(this.sources.seedKeys()),
      heard: shuffle(
        context.options.random,
        book.sample('new', CANDIDATES_DRAWN).filter((entry) => !entry.isOperator),
      ),
      isBusy: (entry) => this.isBusy(entry),
    };
  }

  private entriesOf(keys: readonly AddressKey[]): AddressEntry[] {
    return keys
      .map((key) => this.context.book.get(key))
      .filter((entry): entry is AddressEntry => entry !== undefined);
  }

  private isBusy(entry: AddressEntry): boolean {
    const { book, sessions } = this.context;
    const { key } = entry.address;
    if (this.dialer.attempts.has(key) || this.context.isOwn(key)) return true;
    if (entry.state === 'connected' || entry.state === 'proven') return true;
    if (entry.nodeId === undefined || sessions.ofNode(entry.nodeId) === undefined) return false;
    return book.addressOf(entry.nodeId)?.address.key === key;
  }

  /**
   * Seeds are a fallback: dialled while no stored peer is connected, once every stored peer has been
   * tried and failed, or after the stored peers' head start.
   */
  private areSeedsAllowed(): boolean {
    const { context } = this;
    for (const session of context.sessions.connected()) {
      const key = session.dialled?.key;
      if (key !== undefined && context.book.get(key)?.isStored === true) return false;
    }
    const waited = context.now - this.disconnectedSince >= context.limits.storedHeadStartMs;
    if (waited && context.sessions.connectedCount === 0) return true;
    return !context.book.hasUntriedStored;
  }
}
