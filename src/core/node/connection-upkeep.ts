import type { AddressEntry, AddressState } from '../address-book/address-entry.ts';
import { chooseDialTargets, type DialSnapshot } from '../connectivity/choose-dial-targets.ts';
import { millis, type AddressKey, type Millis } from '../support/brand.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import { TokenBucket } from '../support/token-bucket.ts';
import type { Dialer } from './dialer.ts';
import type { NodeContext } from './node-context.ts';
import { groupsKnownTo, slotLedgerOf, type SlotLedger } from './slot-ledger.ts';
import type { SourceReader } from './source-reader.ts';

/** Entries looked at to say whether anybody is left to connect to. */
const CANDIDATES_DRAWN = 48;
/** A burst of events is answered by one plan. */
const PLAN_SPACING_MS = 20;
/** As long, when the last plan lacked nobody: who comes and goes then changes little. */
const IDLE_PLAN_SPACING_MS = 50;
/**
 * Without any connection, and with every slot waiting for somebody silent, a dial gives way to others
 * after this long: one retransmitted SYN and a slow handshake fit in. It counts against nobody.
 */
const IMPATIENT_AFTER_MS = 2_500;
const IMPATIENT_PAUSE_MS = 5_000;
const WORTH_A_DIAL: ReadonlySet<AddressState> = new Set(['heard', 'known']);

/** Keeps the outbound connections at their number: takes the snapshot, has it planned, dials. */
export class ConnectionUpkeep {
  private readonly dialRate: TokenBucket;
  private readonly spareDialRate: TokenBucket;
  private readonly operatorPeers = new Map<AddressKey, PeerAddress>();
  /** Anchors of the last run that have not been dialled yet. */
  private anchors: AddressKey[] = [];
  private readonly anchorKeys = new Set<AddressKey>();
  /** Found again by reach-back while all slots were taken. */
  private refound: AddressKey[] = [];
  /** Since when there has been no connection at all. */
  private disconnectedSince: Millis;
  private planAt: Millis;
  private plannedAt: Millis;
  private planSpacingMs = PLAN_SPACING_MS;

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

  removeOperatorPeer(key: AddressKey): void {
    this.operatorPeers.delete(key);
  }

  operatorPeerKeys(): readonly AddressKey[] {
    return [...this.operatorPeers.keys()];
  }

  isOperatorPeer(key: AddressKey): boolean {
    return this.operatorPeers.has(key);
  }

  /** Addresses to dial first, into the anchors' slots. */
  setAnchors(addresses: readonly PeerAddress[]): void {
    this.anchors = addresses.map((address) => address.key);
    for (const key of this.anchors) this.anchorKeys.add(key);
  }

  readonly isAnchor = (entry: AddressEntry): boolean => this.anchorKeys.has(entry.address.key);

  /** A lost peer answered while all slots were taken: it gets the next one. */
  wants(key: AddressKey): void {
    this.refound = [key];
    this.context.isPlanDue = true;
  }

  nextDeadline(): Millis {
    return this.planAt;
  }

  /** Something has changed: the plan is made anew, once for all that happens within a moment. */
  hurry(): void {
    this.context.isPlanDue = false;
    const soon = millis(Math.max(this.context.now, this.plannedAt + this.planSpacingMs));
    if (soon < this.planAt) this.planAt = soon;
  }

  /** Looks at everything once and dials what is missing. */
  run(): void {
    const { context } = this;
    const { limits, now } = context;
    this.plannedAt = now;
    this.planAt = millis(now + limits.reconnectionIntervalMs);
    if (context.sessions.connectedCount > 0) this.disconnectedSince = now;
    if (context.isDraining) return;
    this.dialer.outage.expire(now);
    this.losePatience();
    const ledger = this.ledger();
    const snapshot = this.snapshot(ledger);
    const targets = chooseDialTargets(snapshot, limits);
    this.planAt = millis(now + this.pauseMs(snapshot, targets.length));
    const isShort = snapshot.promised < limits.outboundMin || snapshot.doubtful > 0;
    this.planSpacingMs = isShort ? PLAN_SPACING_MS : IDLE_PLAN_SPACING_MS;
    if (targets.length === 0) return;
    context.observe({ kind: 'dials-started', attemptingConnections: targets.length });
    for (const [index, { entry, source, class: ofClass }] of targets.entries()) {
      this.dialRate.take(now);
      if (snapshot.promised + index >= limits.outboundMin) this.spareDialRate.take(now);
      this.dialer.start(entry, { source, class: ofClass, promotes: true });
    }
    const dialled = new Set(targets.map((target) => target.entry.address.key));
    this.anchors = this.anchors.filter((key) => !dialled.has(key));
    this.refound = this.refound.filter((key) => !dialled.has(key));
  }

  ledger(): SlotLedger {
    return slotLedgerOf(this.context, this.dialer.attempts);
  }

  /** Among how many address groups the slots are shared. */
  groupsKnown(): number {
    return groupsKnownTo(this.context);
  }

  /** Whether an address is worth a dial and not connected; of a large book a few are drawn. */
  hasUnconnectedCandidate(): boolean {
    const { book } = this.context;
    const isWorthIt = (entry: AddressEntry): boolean =>
      entry.failures === 0 && WORTH_A_DIAL.has(entry.state) && !this.isBusy(entry);
    return (
      book.sample('verified', CANDIDATES_DRAWN).some(isWorthIt) ||
      book.sample('new', CANDIDATES_DRAWN).some(isWorthIt)
    );
  }

  isBusy(entry: AddressEntry): boolean {
    const { key } = entry.address;
    if (this.dialer.attempts.has(key) || this.context.isOwn(key)) return true;
    if (this.context.isBanned(entry)) return true;
    if (this.dialer.gate.mayDial(entry) !== 'ok') return true;
    return this.isMetAt(entry);
  }

  /** Whether the node of this address is connected, and known by this address. */
  private isMetAt({ address, nodeId, isSecured }: AddressEntry): boolean {
    const { book, sessions, provesKeys } = this.context;
    const session = nodeId === undefined ? undefined : sessions.ofNode(nodeId);
    if (nodeId === undefined || session === undefined) return false;
    // Whoever only claims to be the node that has proven its key here does not stand for it.
    const isClaim = provesKeys && session.provenKey === undefined;
    if (isClaim && isSecured) return false;
    return book.addressOf(nodeId)?.address.key === address.key;
  }

  /**
   * Seeds are a fallback: dialled while no stored peer is connected, once every stored peer has been
   * tried and failed, or after the stored peers' head start.
   */
  areSeedsAllowed(): boolean {
    const { context } = this;
    for (const session of context.sessions.connected()) {
      const key = session.dialled?.key;
      if (key !== undefined && context.book.get(key)?.isStored === true) return false;
    }
    const waited = context.now - this.disconnectedSince >= context.limits.storedHeadStartMs;
    if (waited && context.sessions.connectedCount === 0) return true;
    return !context.book.hasUntriedStored;
  }

  private pauseMs(snapshot: DialSnapshot, dialled: number): number {
    const { limits } = this.context;
    const outbound = snapshot.promised + snapshot.doubtful + dialled;
    const isShort = snapshot.promised + dialled < limits.outboundMin || snapshot.doubtful > 0;
    const isHeldBack = dialled > 0 || snapshot.spareDialsAllowed === 0;
    const isFilling = isHeldBack && outbound < limits.outboundMax;
    if (snapshot.connections === 0) return this.lonelyPauseMs(snapshot);
    return isShort || isFilling ? limits.planIntervalMs : limits.reconnectionIntervalMs;
  }

  /** Nobody is connected: the operator's addresses are dialled in the moment in which they may be. */
  private lonelyPauseMs({ now, seeds, operatorPeers }: DialSnapshot): number {
    const waits = [...seeds, ...operatorPeers].map(({ nextDialAt }) => nextDialAt - now);
    const next = Math.min(...waits.filter((ms) => ms > 0), this.context.limits.planIntervalMs);
    return Math.max(next, IDLE_PLAN_SPACING_MS);
  }

  /** Nobody is connected and all slots wait: those who stay silent give way to others. */
  private losePatience(): void {
    const { context, dialer } = this;
    if (context.sessions.connectedCount > 0) return;
    const { outboundMax, outboundDialsMax } = context.limits;
    const isFull = dialer.attempts.slots >= Math.min(outboundMax, outboundDialsMax);
    if (!isFull && !dialer.outage.isOffline(context.now)) return;
    for (const attempt of dialer.attempts.giveUp(IMPATIENT_AFTER_MS, context.now)) {
      dialer.gaveUp(attempt, IMPATIENT_PAUSE_MS);
    }
  }

  private snapshot(ledger: SlotLedger): DialSnapshot {
    const { context } = this;
    const { book, sessions, now } = context;
    const { byClass } = ledger;
    return {
      now,
      promised: ledger.promised,
      doubtful: ledger.doubtful,
      dialling: this.dialer.attempts.slots,
      anchorSlots: byClass.get('anchor') ?? 0,
      elderSlots: byClass.get('elder') ?? 0,
      slotsByGroup: ledger.byGroup,
      groupsKnown: this.groupsKnown(),
      operatorConnections: byClass.get('operator') ?? 0,
      connections: sessions.connectedCount,
      dialsAllowed: this.dialRate.available(now),
      spareDialsAllowed: this.spareDialRate.available(now),
      areSeedsAllowed: this.areSeedsAllowed(),
      anchors: this.entriesOf(this.anchors),
      elders: context.elders(),
      operatorPeers: this.entriesOf([...this.operatorPeers.keys()]),
      isOperatorPeer: (entry) => this.operatorPeers.has(entry.address.key),
      seeds: this.entriesOf(this.sources.seedKeys()),
      refound: this.entriesOf(this.refound),
      draw: (table, isEligible) => book.choose({ table, isEligible, now }),
      isBusy: (entry) => this.isBusy(entry),
    };
  }

  private entriesOf(keys: readonly AddressKey[]): AddressEntry[] {
    return keys
      .map((key) => this.context.book.get(key))
      .filter((entry): entry is AddressEntry => entry !== undefined);
  }
}
