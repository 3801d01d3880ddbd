import type { AddressScope } from '../support/address-scope.ts';
import { millis, type Millis, type UnixMillis } from '../support/brand.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { BookChange } from './address-change.ts';
import type { BookCore } from './book-core.ts';
import { addRecord, blankEntry, type BookEntry, type EntryOrigin } from './book-entry.ts';
import { readSnapshot, type SnapshotEntry } from './book-snapshot.ts';
import type { StoredPeer } from './stored-peer.ts';
import type { AddressRefusal } from './vocabulary.ts';

/** What the book has to know of addresses: `AddressPolicy` of this node. */
export interface IntakePolicy {
  groupOf(address: PeerAddress, zone: string): string;
  judgeHearsay(address: PeerAddress, via: AddressScope): AddressRefusal | undefined;
}

const STORED: Omit<EntryOrigin, 'group'> = { source: 'stored', sourceGroup: '', via: undefined };

/** How entries come into the book: from the store, from others, from the operator. Cost: O(1) each. */
export class BookIntake {
  constructor(
    private readonly core: BookCore,
    private readonly policy: IntakePolicy,
  ) {}

  hear(change: Extract<BookChange, { kind: 'heard' }>, now: Millis): void {
    const { core } = this;
    const { address, source, sourceGroup, via, isOperator } = change;
    const isOperatorsWord = via === undefined;
    const known = core.tables.find(address.key);
    if (known !== undefined) {
      known.isOperator ||= isOperator;
      known.isVouchedFor ||= isOperatorsWord;
      core.tables.addPlace(known, sourceGroup);
      return;
    }
    const origin: EntryOrigin = {
      source,
      group: this.policy.groupOf(address, change.zone ?? ''),
      sourceGroup,
      via,
    };
    if (isOperator) {
      const entry = this.blank(address, origin, now);
      entry.isOperator = true;
      entry.isVouchedFor = isOperatorsWord;
      core.tables.enterOwn(entry);
      return;
    }
    const entry = this.enterHearsay(address, origin, now);
    if (typeof entry === 'string') core.tell({ kind: 'refused', address, reason: entry });
    else entry.isVouchedFor = isOperatorsWord;
  }

  /** A peer of the store: in its slot of `tried`, or verified in `new` when that is taken. */
  load(peer: StoredPeer, now: Millis): void {
    const { core } = this;
    const { address, record } = peer;
    if (core.tables.find(address.key) !== undefined || core.ledger.isFull) return;
    const group = this.policy.groupOf(address, '');
    const entry = this.blank(address, { ...STORED, group }, now);
    addRecord(entry, peer, core.limits);
    if (entry.isSecured) core.secured.add(address.key);
    const mayBeTried = record?.isTried !== false;
    if (mayBeTried && core.tables.triedHolder(entry) === undefined) core.tables.enterTried(entry);
    else if (!core.tables.enterOwn(entry)) return;
    core.ledger.add(entry);
    core.untriedStored.add(address.key);
    if (record !== undefined) core.nodes.met(entry, record.nodeId);
  }

  /** An earlier run's snapshot. Of a text that is none, or not ours, as much as makes sense. */
  restore(text: string, now: Millis, at: UnixMillis): void {
    const { core } = this;
    const snapshot = readSnapshot(text, core.limits);
    if (snapshot === undefined) return;
    core.tables.rekey(snapshot.key);
    core.secured.restore(snapshot.secured);
    for (const saved of snapshot.entries) {
      if (core.tables.find(saved.address.key) === undefined) this.restoreEntry(saved, now, at);
    }
  }

  private restoreEntry(saved: SnapshotEntry, now: Millis, at: UnixMillis): void {
    const { core } = this;
    const { address, kind, via } = saved;
    const dueInMs = Math.min(Math.max(saved.nextDialAt - at, 0), core.limits.incompatibleMs);
    if (kind === 'lost') {
      const entry = this.blank(address, saved, now);
      entry.isVerified = true;
      entry.isProven = true;
      entry.state = 'quarantined';
      entry.failures = Math.max(1, saved.failures);
      entry.firstSuccessAt = saved.firstSuccessAt;
      entry.lastSuccessAt = saved.lastSuccessAt;
      entry.nextDialAt = millis(now + Math.min(dueInMs, core.limits.backoffTrustedMaxMs));
      core.tables.enterOwn(entry);
      return;
    }
    if (via === undefined || this.policy.judgeHearsay(address, via) !== undefined) return;
    const entry = this.enterHearsay(address, saved, now);
    if (typeof entry === 'string' || kind !== 'incompatible') return;
    entry.state = 'incompatible';
    entry.failures = Math.max(1, saved.failures);
    entry.nextDialAt = millis(now + dueInMs);
  }

  private enterHearsay(
    address: PeerAddress,
    origin: EntryOrigin,
    now: Millis,
  ): BookEntry | AddressRefusal {
    const { tables } = this.core;
    const hash = tables.places.hashOf(address.key);
    const place = tables.placeForHearsay(hash, origin.sourceGroup);
    if (typeof place === 'string') return place;
    const entry = blankEntry(address, hash, origin, now);
    tables.enterHeard(entry, place);
    return entry;
  }

  private blank(address: PeerAddress, origin: EntryOrigin, now: Millis): BookEntry {
    return blankEntry(address, this.core.tables.places.hashOf(address.key), origin, now);
  }
}
