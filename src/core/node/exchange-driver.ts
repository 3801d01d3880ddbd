import { isListed } from '../address-book/address-entry.ts';
import type { AddressRefusal } from '../address-book/vocabulary.ts';
import { addressesOf } from '../exchange/addresses-of.ts';
import { BookFilter } from '../exchange/book-filter.ts';
import { HeldQuestions } from '../exchange/held-questions.ts';
import { selectPeersToShare } from '../exchange/select-peers-to-share.ts';
import { ShareSample } from '../exchange/share-sample.ts';
import type { Direction } from '../session/connection.ts';
import type { PeerSession } from '../session/peer-session.ts';
import type { AddressScope } from '../support/address-scope.ts';
import type { AddressKey, NodeId } from '../support/brand.ts';
import { millis, type ConnectionId, type Millis } from '../support/brand.ts';
import { parseCanonicalPeerAddress, type PeerAddress } from '../support/peer-address.ts';
import { below } from '../support/random-source.ts';
import { filterContains, type KnownFilter } from '../wire/known-filter.ts';
import type { GetPeers } from '../wire/generated/p2p.ts';
import type { NodeContext } from './node-context.ts';
import type { OwnAddress } from './own-address.ts';

/** While little is known and the last news is this fresh, peers are asked in quick turn. */
const EAGER_FOR_MS = 5_000;
const EAGER_INTERVAL_MS = 50;
/** The second of the two questions that a peer answers at once is kept until it may know more. */
const ASK_AGAIN_AFTER_MS = 1_500;
/** The book counts as growing this long after gossip named something new. */
const GROWING_FOR_MS = 30_000;
const OTHER_DIRECTION = { outbound: 'inbound', inbound: 'outbound' } as const;

export type ListVerdict = 'good' | 'unsolicited' | 'forbidden-addresses';

/** Asks peers for peers, answers those who ask, and takes what they name into the book. */
export class ExchangeDriver {
  private askAt: Millis;
  private readonly sample: ShareSample;
  private readonly filter: BookFilter;
  private readonly held = new HeldQuestions();

  constructor(
    private readonly context: NodeContext,
    private readonly ownAddress: OwnAddress,
    /** Whether anybody but this peer is being verified. */
    private readonly isVerifyingOthers: (session?: PeerSession) => boolean,
  ) {
    const { limits, options } = context;
    this.sample = new ShareSample(limits, options.random);
    this.filter = new BookFilter(limits, options.random, options.sha256);
    this.askAt = millis(context.now + EAGER_INTERVAL_MS);
  }

  nextDeadline(): Millis {
    return millis(Math.min(this.askAt, this.held.nextDeadline()));
  }

  deadlineReached(): void {
    const { context } = this;
    for (const id of this.held.due(context.now)) this.answerHeld(id);
    if (context.now < this.askAt) return;
    this.askAt = millis(context.now + this.intervalMs());
    if (context.isDraining) return;
    const first = below(context.options.random, 2) === 0 ? 'outbound' : 'inbound';
    const session = this.longestUnasked(first) ?? this.longestUnasked(OTHER_DIRECTION[first]);
    if (session !== undefined) this.ask(session);
  }

  /**
   * Goal: every connection is asked before one is asked again, as each has other addresses to share.
   * Adversary: one that connects anew all the time, to be asked first. Mechanism: half of the questions
   * go to peers that we chose ourselves. Cost: O(connections).
   */
  private longestUnasked(direction: Direction): PeerSession | undefined {
    const { exchange, sessions, now, options } = this.context;
    let longest: PeerSession[] = [];
    let since = Number.POSITIVE_INFINITY;
    for (const session of sessions.connected()) {
      if (session.direction !== direction) continue;
      const askedAt = exchange.lastAskAt(session.id);
      if (askedAt > since || now - askedAt < ASK_AGAIN_AFTER_MS) continue;
      if (!exchange.mayAsk(session.id, now)) continue;
      if (askedAt < since) longest = [];
      since = askedAt;
      longest.push(session);
    }
    return longest[below(options.random, Math.max(1, longest.length))];
  }

  /** Sends GetPeers if the rate allows. */
  ask(session: PeerSession): boolean {
    const { context } = this;
    if (!context.exchange.ask(session.id, context.now)) return false;
    const body = { max: context.limits.peerListEntriesMax, ...this.knownFilter() };
    session.send({ type: 'get-peers', body }, context.now);
    return true;
  }

  /** What we know already; none when that is too much for a small question. */
  private knownFilter(): KnownFilter {
    const { book, now } = this.context;
    return this.filter.of(book, now);
  }

  /** A new connection: something new may be had, the next questions come soon. */
  hurry(): void {
    this.context.lastGrowthAt = this.context.now;
    const soon = millis(this.context.now + EAGER_INTERVAL_MS);
    if (this.askAt > soon) this.askAt = soon;
  }

  /** Answers a GetPeers, at once or a little later. */
  answer(session: PeerSession, request: GetPeers): void {
    const { context } = this;
    const verdict = context.exchange.asked(session.id, context.now);
    if (verdict !== 'answer') {
      context.observe({ kind: 'limit-hit', limit: 'get-peers-rate', peer: session.peerName });
      if (verdict === 'close') session.disconnect('rate-limited', { detail: 'GetPeers' });
      return;
    }
    this.answerHeld(session.id);
    if (this.isWorthWaiting(session)) {
      const until = millis(context.now + context.limits.answerHoldMs);
      this.held.hold(session.id, { request, until });
    } else {
      this.sendList(session, request);
    }
  }

  /** A dial ended: those who wait for its outcome may be answered. */
  dialEnded(): void {
    if (this.held.size === 0 || this.isWorthWaiting()) return;
    for (const id of this.held.all()) this.answerHeld(id);
  }

  /**
   * Goal: who asks a node that has just been found by many gets names, not an empty list and the next
   * one seconds later. Mechanism: while this node knows few and verifies others, its answer waits for them.
   * Adversary: one whose claim is never verified delays answers; by `answerHoldMs` and no more.
   */
  private isWorthWaiting(session?: PeerSession): boolean {
    const { book, limits } = this.context;
    return book.verifiedCount < limits.sampleMin && this.isVerifyingOthers(session);
  }

  private answerHeld(id: ConnectionId): void {
    const request = this.held.take(id);
    const session = this.context.sessions.get(id);
    if (request === undefined || session === undefined) return;
    this.sendList(session, request);
  }

  private sendList(session: PeerSession, request: GetPeers): void {
    const { context } = this;
    const { peerListEntriesMax, surplusPeerListEntriesMax } = context.limits;
    const ceiling = session.class === 'surplus' ? surplusPeerListEntriesMax : peerListEntriesMax;
    const max = request.max === 0 ? ceiling : Math.min(request.max, ceiling);
    const peers = this.share(session, max, request);
    const nodeIdOf = (key: AddressKey): NodeId | undefined => context.book.get(key)?.nodeId;
    const records = context.records.signedFor(peers, nodeIdOf, {
      mayTell: (record) =>
        addressesOf(record).every((address) => context.policy.mayShare(address, session.scope)),
      bytesMax: context.limits.listRecordBytesMax,
    });
    session.send({ type: 'peer-list', body: { peers, records } }, context.now);
    if (session.class !== 'surplus') return;
    // That was what it stayed for.
    session.limitStay(0, context.now);
    context.sessions.reschedule(session);
  }

  /** Addresses for a peer that is sent away. */
  redirectFor(session: PeerSession): string[] {
    return this.share(session, this.context.limits.redirectEntriesMax, undefined);
  }

  closed(id: ConnectionId): void {
    this.held.take(id);
  }

  listReceived(session: PeerSession, peers: readonly string[]): ListVerdict {
    const { context } = this;
    if (!context.exchange.listReceived(session.id)) return 'unsolicited';
    context.observe({
      kind: 'peer-list-received',
      peer: session.peerName,
      peerCount: peers.length,
    });
    return this.hear(peers, session);
  }

  /** Takes hearsay into the book, each address after the scope rule, as fast as the peer may. */
  hear(peers: readonly string[], session: PeerSession): ListVerdict {
    const { context } = this;
    const before = context.book.newCount;
    let verdict: ListVerdict = 'good';
    for (const text of peers) {
      const heard = this.hearOne(text, session);
      if (heard === 'too-fast') break;
      if (heard === 'forbidden') verdict = 'forbidden-addresses';
    }
    if (context.book.newCount > before) {
      context.lastGrowthAt = context.now;
      context.isPlanDue = true;
    }
    return verdict;
  }

  private hearOne(text: string, session: PeerSession): 'taken' | 'forbidden' | 'too-fast' {
    const { context } = this;
    const parsed = parseCanonicalPeerAddress(text);
    const refusal = parsed.ok ? this.refusalOf(parsed.address, session.scope) : parsed.fault;
    if (refusal === 'own-address') return 'taken';
    if (refusal !== undefined || !parsed.ok) {
      const reason = refusal ?? 'malformed-address';
      context.observe({ kind: 'address-refused', address: text, reason });
      return 'forbidden';
    }
    const { address } = parsed;
    const isNew = context.book.get(address.key) === undefined;
    if (isNew && !context.exchange.mayAdd(session.id, context.now)) {
      context.observe({ kind: 'limit-hit', limit: 'hearsay-rate', peer: session.peerName });
      return 'too-fast';
    }
    context.change({
      kind: 'heard',
      address,
      source: 'exchange',
      sourceGroup: context.groupOfRemote(session),
      via: session.scope,
      isOperator: false,
    });
    return 'taken';
  }

  private refusalOf(address: PeerAddress, via: AddressScope): AddressRefusal | undefined {
    if (this.context.isOwn(address.key)) return 'own-address';
    return this.context.policy.judgeHearsay(address, via);
  }

  private share(session: PeerSession, max: number, request: GetPeers | undefined): string[] {
    const { context } = this;
    const { book, sessions, policy } = context;
    const sample = this.sampleFor(session.scope);
    const isConnected = (address: PeerAddress): boolean => {
      const nodeId = book.get(address.key)?.nodeId;
      return nodeId !== undefined && sessions.ofNode(nodeId) !== undefined;
    };
    const { known } = this.ownAddress;
    const own = known !== undefined && policy.mayShare(known, session.scope) ? known : undefined;
    return selectPeersToShare(own, sample, {
      max,
      isKnown: (address) => this.isKnownTo(session, address, request),
      isConnected,
    });
  }

  /** What may be shared over a connection of this class: the same until the book or the epoch changes. */
  private sampleFor(scope: AddressScope): readonly PeerAddress[] {
    const { book, policy, now } = this.context;
    const shareable = (): PeerAddress[] =>
      book
        .verifiedEntries()
        .filter((entry) => isListed(entry) && policy.mayShare(entry.address, scope))
        .map((entry) => entry.address);
    return this.sample.of({ of: scope, version: book.version, shareable }, now);
  }

  private isKnownTo(
    session: PeerSession,
    address: PeerAddress,
    request: GetPeers | undefined,
  ): boolean {
    if (address.key === session.dialled?.key) return true;
    if (session.hello?.listenAddresses.includes(address.key) === true) return true;
    if (request === undefined) return false;
    return filterContains(request, address.key, this.context.options.sha256);
  }

  private intervalMs(): number {
    const { book, now, limits, lastGrowthAt, sessions } = this.context;
    const isScarce =
      book.knownCount < limits.knownWanted || sessions.slots('outbound') < limits.outboundMin;
    const sinceGrowth = lastGrowthAt === undefined ? now : now - lastGrowthAt;
    if (isScarce && sinceGrowth < EAGER_FOR_MS) return EAGER_INTERVAL_MS;
    if (sinceGrowth >= GROWING_FOR_MS) return limits.exchangeSettledIntervalMs;
    return isScarce ? limits.exchangeScarceIntervalMs : limits.exchangeGrowingIntervalMs;
  }
}
