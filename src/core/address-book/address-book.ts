import type { AddressKey, Millis, NodeId, UnixMillis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { RandomSource } from '../support/random-source.ts';
import type { AddressChange, BookOutcome, EntryChange } from './address-change.ts';
import type { AddressEntry } from './address-entry.ts';
import { isBusy } from './address-tables.ts';
import { BookCore } from './book-core.ts';
import { BookIntake, type IntakePolicy } from './book-intake.ts';
import { securedText, snapshotOf } from './book-snapshot.ts';
import { chooseEntry, type EntryChoice } from './choose-entry.ts';
import { EntryChanges } from './entry-changes.ts';

/**
 * Goal: always have an honest address to dial, and hand out only what we verified ourselves.
 * Adversary: peers that name any number of addresses, dead, hostile or invented, and own many that
 * answer. Mechanism: two tables of buckets under a keyed hash (`address-tables.ts`). Hearsay reaches
 * only `new`; our own outbound handshake verifies an address; only a dial of our own choice moves it
 * to `tried`, from where a holder goes only when a test dial fails. Draws are by group first.
 * `apply` is the only mutator. Bound: 16,384 + 4,096 slots, 4,096 entries beside them and the
 * operator's list; about 1 KiB each, its shares of all indexes included.
 * Cost: O(1) per change and per drawn entry.
 */
export class AddressBook {
  private readonly core: BookCore;
  private readonly intake: BookIntake;
  private readonly changes: EntryChanges;
  private appliedChanges = 0;

  constructor(
    private readonly limits: NodeLimits,
    private readonly random: RandomSource,
    policy: IntakePolicy,
  ) {
    this.core = new BookCore(limits, random);
    this.intake = new BookIntake(this.core, policy);
    this.changes = new EntryChanges(this.core);
  }

  /** Differs whenever anything in the book may differ. */
  get version(): number {
    return this.appliedChanges;
  }

  /** Keys of all that has come into the book since the last call; undefined: look through it. */
  takeArrivals(): readonly AddressKey[] | undefined {
    return this.core.tables.takeArrivals();
  }

  /** Of both tables. */
  get knownCount(): number {
    return this.newCount + this.triedCount;
  }

  get newCount(): number {
    return this.core.tables.fresh.size;
  }

  get triedCount(): number {
    return this.core.tables.tried.size;
  }

  /** Of both tables. */
  get verifiedCount(): number {
    return this.core.tables.verified.size;
  }

  get persistedCount(): number {
    return this.core.ledger.count;
  }

  /** Addresses that turned out to be this node's own. */
  get selfCount(): number {
    return this.core.selves.size;
  }

  /** Slots of `tried` whose holder waits for its test. */
  get contestedCount(): number {
    return this.core.contests.size;
  }

  /** Address groups in a table. */
  groupCount(table: 'new' | 'tried'): number {
    const { fresh, tried } = this.core.tables;
    return (table === 'new' ? fresh : tried).groupCount;
  }

  get hasUntriedStored(): boolean {
    return this.core.untriedStored.size > 0;
  }

  get(key: AddressKey): AddressEntry | undefined {
    return this.core.tables.find(key);
  }

  /** Whether a node has ever proven its key at this address; also of one that has left the book. */
  isSecured(key: AddressKey): boolean {
    return this.core.secured.has(key);
  }

  /** Something that only the snapshot can keep would be lost with this process. */
  get isSnapshotDue(): boolean {
    return this.core.secured.isAtRisk;
  }

  /** The address at which our own handshake met this node. */
  addressOf(nodeId: NodeId): AddressEntry | undefined {
    return this.core.nodes.of(nodeId);
  }

  /** Up to `count` different entries in random order. */
  sample(table: 'new' | 'tried' | 'verified', count: number): AddressEntry[] {
    const { fresh, tried, verified } = this.core.tables;
    if (table === 'verified') return verified.sample(count, this.random);
    return (table === 'new' ? fresh : tried).sample(count, this.random);
  }

  /** All entries of a kind, in no meaningful order; a live view. */
  triedEntries(): readonly AddressEntry[] {
    return this.core.tables.tried.values();
  }

  newEntries(): readonly AddressEntry[] {
    return this.core.tables.fresh.values();
  }

  verifiedEntries(): readonly AddressEntry[] {
    return this.core.tables.verified.values();
  }

  /** One entry to dial: by group first, then by weight. Undefined when no eligible one was drawn. */
  choose(choice: EntryChoice): AddressEntry | undefined {
    return chooseEntry(this.core.tables, choice, this.limits, this.random);
  }

  /**
   * The longest-known proven peers that were met again lately, oldest first, few of each group.
   * @param at the wall clock
   */
  elders(at: UnixMillis): readonly AddressEntry[] {
    return this.core.elders.list(at);
  }

  /** A peer that was proven once and has failed since. */
  drawLost(): AddressEntry | undefined {
    return this.core.tables.lost.draw(this.random);
  }

  /** The holder of a contested slot of `tried` that should be dialled by a feeler, longest waiting first. */
  nextToTest(): AddressEntry | undefined {
    for (const key of this.core.contests.holders()) {
      const entry = this.core.tables.find(key);
      if (entry !== undefined && !isBusy(entry)) return entry;
    }
    return undefined;
  }

  /** What `restored` takes back after a restart: the tables' key, and what the store does not hold. */
  snapshotText(now: Millis, at: UnixMillis): string {
    const secured = securedText(this.core.secured.save(), this.limits);
    return snapshotOf(this.core.tables, { limits: this.limits, secured, now, at });
  }

  /** @returns what the store has to do and what observers should hear of it. */
  apply(change: AddressChange, now: Millis): BookOutcome[] {
    this.appliedChanges += 1;
    switch (change.kind) {
      case 'restored':
        this.intake.restore(change.text, now, change.at);
        break;
      case 'loaded':
        this.intake.load(change.peer, now);
        break;
      case 'heard':
        this.intake.hear(change, now);
        break;
      case 'outage-over':
        this.forgiveHeld(now);
        break;
      case 'elders-reviewed':
        this.changes.reviewElders(change.at);
        break;
      default:
        this.applyToEntry(change, now);
    }
    return this.core.takeOutcomes();
  }

  /** Whoever failed while nobody could be reached is as good as before, and due at once. */
  private forgiveHeld(now: Millis): void {
    for (const table of [this.core.tables.tried, this.core.tables.fresh]) {
      for (const entry of table.values()) {
        if (entry.heldFailures === 0) continue;
        entry.heldFailures = 0;
        entry.nextDialAt = now;
      }
    }
  }

  private applyToEntry(change: EntryChange, now: Millis): void {
    const { core } = this;
    if (change.kind === 'forgotten-by-operator') core.secured.delete(change.key);
    const entry = core.tables.find(change.key);
    if (entry === undefined) return;
    if (change.kind !== 'dial-started' && change.kind !== 'handshaking') {
      core.untriedStored.delete(change.key);
    }
    this.changes.apply(entry, change, now);
    core.tables.refresh(entry);
  }
}
