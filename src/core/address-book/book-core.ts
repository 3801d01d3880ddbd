import type { AddressKey, Millis, NodeId, UnixMillis } from '../support/brand.ts';
import { millis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { RandomSource } from '../support/random-source.ts';
import type { BookOutcome, StateReason } from './address-change.ts';
import type { AddressState, FailureReason } from './address-entry.ts';
import { AddressTables, givesWay, isBusy } from './address-tables.ts';
import { backoffMs } from './backoff.ts';
import type { BookEntry } from './book-entry.ts';
import { ElderPeers } from './elder-peers.ts';
import { NodeAddresses } from './node-addresses.ts';
import { PersistedLedger } from './persisted-ledger.ts';
import { SecuredAddresses } from './secured-addresses.ts';
import { TriedContests } from './tried-contests.ts';

/** Draws when a full store looks for a peer that may give up its place: more than half of them may. */
const DISPLACEMENT_DRAWS = 16;

/**
 * The parts of the address book, kept in step: tables, ledger of the store, node ids, elders, contests.
 * Every move of an entry between them is one of these methods. Bounds are those of the parts.
 */
export class BookCore {
  readonly tables: AddressTables;
  readonly ledger: PersistedLedger;
  readonly nodes: NodeAddresses;
  readonly elders: ElderPeers;
  readonly contests: TriedContests;
  readonly secured: SecuredAddresses;
  /** Loaded from the store and not dialled to an end yet. */
  readonly untriedStored = new Set<AddressKey>();
  readonly selves = new Set<AddressKey>();
  private outcomes: BookOutcome[] = [];

  constructor(
    readonly limits: NodeLimits,
    readonly random: RandomSource,
  ) {
    this.tables = new AddressTables(limits, random, (entry) => this.dropped(entry));
    this.ledger = new PersistedLedger(limits, random);
    this.nodes = new NodeAddresses((key) => this.tables.find(key));
    this.elders = new ElderPeers(limits, () => this.tables.verified.values());
    this.contests = new TriedContests(limits.contestsMax);
    this.secured = new SecuredAddresses(limits.securedAddressesMax);
  }

  tell(outcome: BookOutcome): void {
    this.outcomes.push(outcome);
  }

  takeOutcomes(): BookOutcome[] {
    const { outcomes } = this;
    if (outcomes.length > 0) this.outcomes = [];
    return outcomes;
  }

  /** A ban ends only by `unbanned`. */
  setState(entry: BookEntry, to: AddressState, reason: StateReason): void {
    const from = entry.state;
    if (from === to || (from === 'banned' && reason !== 'unbanned')) return;
    entry.state = to;
    this.tell({ kind: 'state', address: entry.address, from, to, reason });
  }

  /** Writes the peer to the store if it may be there. */
  save(entry: BookEntry): void {
    if (!entry.isPersisted && !this.admitToStore(entry)) return;
    this.ledger.add(entry);
    const record = {
      nodeId: entry.nodeId as NodeId,
      firstSuccessAt: entry.firstSuccessAt as UnixMillis,
      lastSuccessAt: entry.lastSuccessAt as UnixMillis,
      failures: entry.failures,
      isProven: entry.isProven,
      isTried: entry.isTried,
      ...(entry.isSecured ? { isSecured: true } : {}),
    };
    this.tell({ kind: 'save', address: entry.address, record });
  }

  /** Removes the store's key; the entry stays in memory. */
  forgetKey(entry: BookEntry, reason: FailureReason): void {
    if (!this.ledger.remove(entry)) return;
    this.secured.leftStore(entry.address.key);
    this.tell({ kind: 'forget', address: entry.address, reason });
  }

  /** Moves an entry that was met on a dial of our own choice to `tried`, if its slot can be had. */
  promote(entry: BookEntry): void {
    const { tables, limits } = this;
    if (entry.isTried || this.isGroupSated(entry.group)) return;
    const holder = tables.triedHolder(entry);
    if (holder !== undefined) {
      if (limits.isTestedBeforeEviction && !isDead(holder)) {
        if (!isBusy(holder)) this.contests.add(holder.address.key, entry.address.key);
        return;
      }
    }
    this.takeSlot(entry, holder);
  }

  /** The holder of a contested slot has answered: it stays. */
  confirmHolder(entry: BookEntry): void {
    this.contests.settle(entry.address.key);
  }

  /** The holder of a contested slot has failed: who came for it gets it. */
  yieldHolder(entry: BookEntry): void {
    const newcomer = this.contests.settle(entry.address.key);
    const next = newcomer === undefined ? undefined : this.tables.find(newcomer);
    if (next === undefined || !next.isVerified || next.failures > 0) return;
    const holder = this.tables.triedHolder(next);
    if (next.isTried || (holder !== undefined && holder !== entry)) return;
    this.takeSlot(next, holder);
    if (next.isPersisted) this.save(next);
  }

  postpone(entry: BookEntry, failures: number, now: Millis): void {
    const isTrusted = entry.isProven || entry.isOperator;
    entry.nextDialAt = millis(now + backoffMs(failures, isTrusted, this.limits, this.random));
  }

  private takeSlot(entry: BookEntry, holder: BookEntry | undefined): void {
    if (holder !== undefined) this.contests.settle(holder.address.key);
    this.tables.promote(entry, holder);
    if (holder?.isPersisted === true) this.save(holder);
  }

  /** Whether the group holds far more of `tried` than others do. */
  private isGroupSated(group: string): boolean {
    const { triedGroupEntriesFree, triedGroupShareMax } = this.limits;
    const { tried } = this.tables;
    const held = tried.groupNamed(group)?.size ?? 0;
    if (held < triedGroupEntriesFree) return false;
    return held >= (triedGroupShareMax * tried.size) / tried.groupCount;
  }

  private admitToStore(entry: BookEntry): boolean {
    if (this.ledger.hasRoom(entry.group)) return true;
    if (this.ledger.isFull) return entry.isTried && this.displaceStored();
    const failed = this.ledger.failedOf(entry.group, this.tables.tried);
    if (failed === undefined) return false;
    this.forgetKey(failed, failed.lastReason ?? 'unspecified');
    return true;
  }

  /**
   * Goal: who was met by our own choice is remembered, however many strangers called and were verified.
   * Adversary: thousands of addresses that answer fill the store. Mechanism: one of those that are not
   * in `tried` gives up its key. Cost: a few draws.
   */
  private displaceStored(): boolean {
    for (let draw = 0; draw < DISPLACEMENT_DRAWS; draw += 1) {
      const stored = this.tables.verified.draw(this.random);
      if (stored === undefined || stored.isTried || !stored.isPersisted) continue;
      if (stored.isOperator || isBusy(stored)) continue;
      this.forgetKey(stored, 'evicted');
      return true;
    }
    return false;
  }

  private dropped(entry: BookEntry): void {
    const { key } = entry.address;
    this.forgetKey(entry, entry.lastReason ?? 'unspecified');
    this.nodes.left(entry);
    this.elders.exclude(entry);
    this.untriedStored.delete(key);
    this.selves.delete(key);
    this.yieldHolder(entry);
  }
}

/** A holder that needs no test. */
function isDead(entry: BookEntry): boolean {
  return givesWay(entry) || entry.state === 'quarantined';
}
