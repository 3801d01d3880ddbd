import type { AddressEntry } from '../address-book/address-entry.ts';
import {
  anchorsToDial,
  decodeAnchors,
  encodeAnchors,
  type AnchorRecord,
} from '../connectivity/anchor-document.ts';
import { isDue } from '../connectivity/is-due.ts';
import type { PeerSession } from '../session/peer-session.ts';
import { holdsSlot } from '../session/connection.ts';
import { millis, type AddressKey, type Millis } from '../support/brand.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import { jittered } from '../support/random-source.ts';
import type { ConnectionUpkeep } from './connection-upkeep.ts';
import type { Dialer } from './dialer.ts';
import type { NodeContext } from './node-context.ts';
import { groupOfSession } from './slot-ledger.ts';
import type { SourceReader } from './source-reader.ts';

type Round = 'feeler' | 'reach-back' | 'rotation' | 'anchors' | 'book' | 'hourly';

/** Ended bans are forgotten, and standing connections count as met again, this often. */
const HOURLY_MS = 3_600_000;

export interface RoundParts {
  readonly upkeep: ConnectionUpkeep;
  readonly dialer: Dialer;
  readonly sources: SourceReader;
}

/**
 * What a node does at a low rate for ever, however well it is connected: it tests an address that
 * others named, looks for a peer that it lost, re-draws a slot, and writes down what the next start needs.
 */
export class PeriodicRounds {
  private readonly at = new Map<Round, Millis>();
  private readonly lookingFor = new Set<AddressKey>();
  private record: AnchorRecord = decodeAnchors(undefined);

  constructor(
    private readonly context: NodeContext,
    private readonly parts: RoundParts,
  ) {}

  /** @param anchors the document of the last run */
  start(anchors: string | undefined): readonly PeerAddress[] {
    const { limits, options } = this.context;
    const wallNow = options.wallClock();
    const last = decodeAnchors(anchors);
    const dialled = anchorsToDial(last, wallNow, limits.crashLoopSpanMs);
    this.record = { anchors: dialled, starts: [...last.starts, wallNow], isClean: false };
    this.saveAnchors(this.record);
    for (const round of [
      'feeler',
      'reach-back',
      'rotation',
      'anchors',
      'book',
      'hourly',
    ] as const) {
      this.arm(round);
    }
    return dialled;
  }

  nextDeadline(): Millis | undefined {
    let next: number | undefined;
    for (const at of this.at.values()) next = Math.min(next ?? at, at);
    return next === undefined ? undefined : millis(next);
  }

  deadlineReached(): void {
    const { now, isDraining } = this.context;
    if (isDraining) return;
    for (const [round, at] of this.at) {
      if (at > now) continue;
      this.arm(round);
      this.run(round);
    }
  }

  /** The last words of an orderly stop. */
  stop(): void {
    if (this.at.size === 0) return;
    this.at.clear();
    this.saveAnchors({ ...this.record, anchors: this.currentAnchors(), isClean: true });
    this.saveBook();
  }

  /** A feeler met the peer that it was sent to. */
  feelerSucceeded(key: AddressKey): void {
    if (!this.lookingFor.delete(key)) return;
    const { context, parts } = this;
    const entry = context.book.get(key);
    const isConnected = entry?.nodeId !== undefined && context.sessions.ofNode(entry.nodeId);
    if (entry === undefined || isConnected) return;
    this.makeRoom();
    parts.upkeep.wants(key);
  }

  dialFailed(key: AddressKey): void {
    this.lookingFor.delete(key);
  }

  private run(round: Round): void {
    switch (round) {
      case 'feeler':
        return this.feel();
      case 'reach-back':
        return this.reachBack();
      case 'rotation':
        return this.rotate();
      case 'anchors':
        this.noteAnchors();
        if (this.context.book.isSnapshotDue) this.saveBook();
        return;
      case 'book':
        return this.saveBook();
      case 'hourly':
        return this.hourly();
    }
  }

  private hourly(): void {
    const { context } = this;
    const at = context.options.wallClock();
    context.bans.sweep(at);
    for (const session of context.sessions.connected()) {
      const key = session.dialled?.key;
      const ageMs = context.now - (session.establishedAt ?? context.now);
      if (key === undefined || ageMs < context.limits.provenAfterMs) continue;
      context.change({ kind: 'proven', key, at });
    }
  }

  private arm(round: Round): void {
    const { limits, now, options } = this.context;
    const intervals: Readonly<Record<Round, number>> = {
      feeler: this.feelerIntervalMs(),
      'reach-back': limits.reachBackIntervalMs,
      rotation: limits.rotationIntervalMs,
      anchors: limits.anchorsSaveIntervalMs,
      book: limits.bookSnapshotIntervalMs,
      hourly: HOURLY_MS,
    };
    const intervalMs = intervals[round];
    if (!Number.isFinite(intervalMs)) return;
    this.at.set(round, millis(now + jittered(options.random, intervalMs, limits.periodicJitter)));
  }

  private feelerIntervalMs(): number {
    const { book, limits } = this.context;
    const isScarce = book.knownCount < limits.knownWanted;
    const isEager = isScarce && book.verifiedCount < limits.verifiedWanted;
    return isEager ? limits.feelerScarceIntervalMs : limits.feelerIntervalMs;
  }

  /** Dials an address that only others named, or one whose place in the book is contested. */
  private feel(): void {
    const { context, parts } = this;
    if (context.sessions.connectedCount === 0) return;
    const contested = context.book.nextToTest();
    const isFree = (entry: AddressEntry): boolean =>
      !entry.isOperator && !this.wasDialledLately(entry) && this.isDialable(entry);
    const entry =
      contested !== undefined && this.isDialable(contested)
        ? contested
        : context.book.choose({ table: 'new', isEligible: isFree, now: context.now });
    if (entry === undefined) return;
    parts.dialer.start(entry, { source: 'exchange', class: 'feeler', promotes: true });
  }

  /** Dials a peer that was proven once and lost, and reads one source anew. */
  private reachBack(): void {
    const { context, parts } = this;
    parts.sources.rereadOne();
    const entry = context.book.drawLost();
    if (entry === undefined || parts.upkeep.isBusy(entry)) return;
    const { promised, doubtful } = parts.upkeep.ledger();
    const isFull = promised + doubtful >= context.limits.outboundMax;
    if (isFull) this.lookingFor.add(entry.address.key);
    const purpose = {
      source: entry.source,
      class: isFull ? 'feeler' : 'open',
      promotes: true,
    } as const;
    parts.dialer.start(entry, purpose);
  }

  /** Gives up one open slot, so that the set of peers moves on slowly. */
  private rotate(): void {
    const { context, parts } = this;
    const { promised } = parts.upkeep.ledger();
    if (promised > context.limits.outboundMin) this.makeRoom();
  }

  /** Ends the youngest open connection of the group that has most. */
  private makeRoom(): void {
    const { context, parts } = this;
    const { byGroup, promised, doubtful } = parts.upkeep.ledger();
    if (promised + doubtful < context.limits.outboundMin) return;
    let victim: PeerSession | undefined;
    let most = 0;
    for (const session of context.sessions.connected()) {
      if (session.direction !== 'outbound' || session.class !== 'open') continue;
      const size = byGroup.get(groupOfSession(context, session)) ?? 0;
      // In order of establishment: the last of the largest group wins.
      if (size >= most) [victim, most] = [session, size];
    }
    victim?.disconnect('evicted', { detail: 'slot is drawn anew' });
  }

  private noteAnchors(): void {
    const anchors = this.currentAnchors();
    // A node that lost everybody keeps the anchors that it had.
    if (anchors.length === 0) return;
    const isSame =
      anchors.map(({ key }) => key).join() === this.record.anchors.map(({ key }) => key).join();
    this.record = { ...this.record, anchors };
    if (!isSame) this.saveAnchors(this.record);
  }

  /** The longest-standing outbound connections, no two of one group. */
  private currentAnchors(): PeerAddress[] {
    const { context } = this;
    const groups = new Set<string>();
    const anchors: PeerAddress[] = [];
    for (const session of context.sessions.connected()) {
      if (anchors.length >= context.limits.anchorSlots) break;
      if (session.direction !== 'outbound' || session.dialled === undefined) continue;
      const group = groupOfSession(context, session);
      if (!holdsSlot(session.class) || groups.has(group)) continue;
      groups.add(group);
      anchors.push(session.dialled);
    }
    return anchors.length === 0 ? [...this.record.anchors] : anchors;
  }

  /** Few addresses are left to test: none of them is tested over and over. */
  private wasDialledLately({ lastDialAt }: AddressEntry): boolean {
    const { now, limits } = this.context;
    return lastDialAt !== undefined && now - lastDialAt < limits.recentDialMs;
  }

  private isDialable(entry: AddressEntry): boolean {
    const { context, parts } = this;
    const facts = {
      now: context.now,
      connections: context.sessions.connectedCount,
      isBusy: (of: AddressEntry) => parts.upkeep.isBusy(of),
    };
    return isDue(entry, false, facts, context.limits);
  }

  private saveAnchors(record: AnchorRecord): void {
    this.context.emit({ kind: 'save-document', name: 'anchors', text: encodeAnchors(record) });
  }

  private saveBook(): void {
    const text = this.context.book.snapshotText(this.context.now, this.context.options.wallClock());
    this.context.emit({ kind: 'save-document', name: 'book:snapshot', text });
  }
}
