import {
  assertNever,
  millis,
  type AddressKey,
  type Millis,
  type NodeId,
  type UnixMillis,
} from '../support/brand.ts';
import { IndexedMap } from '../support/indexed-map.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { RandomSource } from '../support/random-source.ts';
import type { AddressChange, BookOutcome } from './address-change.ts';
import { isListed, type AddressEntry, type FailureReason } from './address-entry.ts';
import { backoffMs } from './backoff.ts';
import { blankEntry, storedEntry } from './new-entry.ts';
import type { StoredPeer } from './stored-peer.ts';

/** Draws when a full table looks for a dead entry: finds one in 57 % of cases when one in ten is dead. */
const EVICTION_DRAWS = 8;
/** A peer that let us in only to send us on is asked again after this long. */
const FULL_PAUSE_MS = 60_000;
/** What gossip named and never answered: given up after this many dials, hours apart by then. */
const UNVERIFIED_FAILURES_MAX = 8;

type Entry = { -readonly [Field in keyof AddressEntry]: AddressEntry[Field] };

/**
 * Goal: always have an honest address to dial, and hand out only what we verified ourselves.
 * Adversary: gossip that names any number of addresses, dead, hostile or invented.
 * Mechanism: two tables; gossip reaches only `new`, our own outbound handshake moves an address to
 * `tried`; a full table refuses the newcomer. `apply` is the only mutator.
 * Bound: `newEntriesMax` + `triedEntriesMax` entries. Cost: O(1) per change and per drawn entry.
 */
export class AddressBook {
  private readonly fresh = new IndexedMap<AddressKey, Entry>();
  private readonly tried = new IndexedMap<AddressKey, Entry>();
  /** Where each node was last verified: one address per node id. */
  private readonly addressOfNode = new Map<NodeId, AddressKey>();
  /** Loaded from the store and not dialled to an end yet. */
  private readonly untriedStored = new Set<AddressKey>();
  private readonly selves = new Set<AddressKey>();
  private persisted = 0;

  constructor(
    private readonly limits: NodeLimits,
    private readonly random: RandomSource,
    /** `AddressPolicy.groupOf` of this node. */
    private readonly groupOf: (address: PeerAddress, zone: string) => string,
  ) {}

  get newCount(): number {
    return this.fresh.size;
  }

  get triedCount(): number {
    return this.tried.size;
  }

  get persistedCount(): number {
    return this.persisted;
  }

  /** Addresses that turned out to be this node's own. */
  get selfCount(): number {
    return this.selves.size;
  }

  /** Address groups in a table. */
  groupCount(table: 'new' | 'tried'): number {
    const { fresh, tried } = this;
    return new Set((table === 'new' ? fresh : tried).values().map(({ group }) => group)).size;
  }

  get hasUntriedStored(): boolean {
    return this.untriedStored.size > 0;
  }

  get(key: AddressKey): AddressEntry | undefined {
    return this.find(key);
  }

  /** The address at which our own handshake last met this node. */
  addressOf(nodeId: NodeId): AddressEntry | undefined {
    const key = this.addressOfNode.get(nodeId);
    return key === undefined ? undefined : this.find(key);
  }

  sample(table: 'new' | 'tried', count: number): AddressEntry[] {
    return (table === 'new' ? this.fresh : this.tried).sample(count, this.random);
  }

  /** All entries of `tried`, in no meaningful order. */
  triedEntries(): readonly AddressEntry[] {
    return this.tried.values();
  }

  newEntries(): readonly AddressEntry[] {
    return this.fresh.values();
  }

  /** @returns what the store has to do and what observers should hear of it. */
  apply(change: AddressChange, now: Millis): BookOutcome[] {
    if (change.kind === 'loaded') return this.load(change.peer, now);
    if (change.kind === 'heard') return this.hear(change, now);
    const entry = this.find(change.key);
    if (entry === undefined) return [];
    if (change.kind !== 'dial-started') this.untriedStored.delete(change.key);
    return this.change(entry, change, now);
  }

  private change(
    entry: Entry,
    change: Exclude<AddressChange, { kind: 'loaded' | 'heard' }>,
    now: Millis,
  ): BookOutcome[] {
    switch (change.kind) {
      case 'dial-started':
        entry.state = 'dialing';
        entry.lastDialAt = now;
        return [];
      case 'handshake-succeeded':
        return this.succeed(entry, change);
      case 'proven':
        return this.prove(entry, change.at);
      case 'failed':
        return this.fail(entry, change.reason, now);
      case 'failure-held':
        entry.state = 'backoff';
        entry.lastReason = change.reason;
        this.postpone(entry, entry.failures + 1, now);
        return [];
      case 'incompatible':
        return this.markIncompatible(entry, change.reason, now);
      case 'found-self':
        entry.state = 'self';
        this.selves.add(change.key);
        entry.nextDialAt = millis(now + this.limits.incompatibleMs);
        return this.forget(entry, 'self-connection');
      case 'put-off':
        entry.state = entry.isVerified ? 'known' : 'heard';
        entry.lastReason = change.reason;
        entry.nextDialAt = millis(now + change.retryAfterMs);
        return [];
      case 'connection-ended':
        return this.endConnection(entry, change.reason, now);
      default:
        return assertNever(change);
    }
  }

  private load(peer: StoredPeer, now: Millis): BookOutcome[] {
    const known = this.find(peer.address.key);
    if (known !== undefined || this.tried.size >= this.limits.triedEntriesMax) return [];
    const { record } = peer;
    this.tried.set(
      peer.address.key,
      storedEntry(peer, this.groupOf(peer.address, ''), this.limits, now),
    );
    if (record !== undefined) this.addressOfNode.set(record.nodeId, peer.address.key);
    this.persisted += 1;
    this.untriedStored.add(peer.address.key);
    return [];
  }

  private hear(change: Extract<AddressChange, { kind: 'heard' }>, now: Millis): BookOutcome[] {
    const { address, source, sourceGroup, via, zone = '', isOperator } = change;
    const known = this.find(address.key);
    if (known !== undefined) {
      known.isOperator ||= isOperator;
      return [];
    }
    if (!isOperator && this.fresh.size >= this.limits.newEntriesMax && !this.evictFailed()) {
      return [{ kind: 'refused', address, reason: 'table-full' }];
    }
    const origin = { source, group: this.groupOf(address, zone), sourceGroup, via };
    this.fresh.set(address.key, { ...blankEntry(address, origin, now), isOperator });
    return [];
  }

  private succeed(
    entry: Entry,
    change: Extract<AddressChange, { kind: 'handshake-succeeded' }>,
  ): BookOutcome[] {
    const { key } = entry.address;
    const wasListed = isListed(entry);
    entry.state = change.staysOpen ? 'connected' : 'known';
    entry.failures = 0;
    entry.firstFailureAt = undefined;
    entry.lastReason = undefined;
    this.unlinkNode(entry);
    entry.nodeId = change.nodeId;
    entry.firstSuccessAt ??= change.at;
    entry.lastSuccessAt = change.at;
    if (!entry.isVerified && !this.promote(entry)) {
      return [{ kind: 'refused', address: entry.address, reason: 'table-full' }];
    }
    this.addressOfNode.set(change.nodeId, key);
    if (!entry.isPersisted) this.persisted += 1;
    entry.isPersisted = true;
    const outcomes: BookOutcome[] = [this.saved(entry)];
    if (!wasListed) {
      outcomes.push({ kind: 'verified', address: entry.address, nodeId: change.nodeId });
    }
    return outcomes;
  }

  private prove(entry: Entry, at: UnixMillis): BookOutcome[] {
    entry.isProven = true;
    entry.state = 'proven';
    entry.lastSuccessAt = at;
    return entry.isPersisted ? [this.saved(entry)] : [];
  }

  private saved(entry: Entry): BookOutcome {
    const record = {
      nodeId: entry.nodeId as NodeId,
      firstSuccessAt: entry.firstSuccessAt as UnixMillis,
      lastSuccessAt: entry.lastSuccessAt as UnixMillis,
      failures: entry.failures,
    };
    return { kind: 'save', address: entry.address, record };
  }

  /** Another node may answer at this address now: the one that did before is no longer found here. */
  private unlinkNode({ nodeId, address }: Entry): void {
    if (nodeId === undefined || this.addressOfNode.get(nodeId) !== address.key) return;
    this.addressOfNode.delete(nodeId);
  }

  private promote(entry: Entry): boolean {
    if (this.tried.size >= this.limits.triedEntriesMax) return false;
    entry.isVerified = true;
    this.fresh.delete(entry.address.key);
    this.tried.set(entry.address.key, entry);
    return true;
  }

  private fail(entry: Entry, reason: FailureReason, now: Millis): BookOutcome[] {
    entry.state = 'backoff';
    entry.failures += 1;
    entry.firstFailureAt ??= now;
    entry.lastReason = reason;
    this.postpone(entry, entry.failures, now);
    if (!entry.isVerified && !entry.isOperator && entry.failures >= UNVERIFIED_FAILURES_MAX) {
      this.fresh.delete(entry.address.key);
    }
    const mayKeepKey =
      entry.isProven &&
      (entry.failures < this.limits.provenFailuresMax ||
        now - entry.firstFailureAt < this.limits.provenFailureSpanMs);
    return mayKeepKey ? [] : this.forget(entry, reason);
  }

  private markIncompatible(entry: Entry, reason: FailureReason, now: Millis): BookOutcome[] {
    const { incompatibleMs, incompatibleVersionMs } = this.limits;
    entry.state = 'incompatible';
    entry.failures += 1;
    entry.lastReason = reason;
    const pauseMs = reason === 'protocol-version-mismatch' ? incompatibleVersionMs : incompatibleMs;
    entry.nextDialAt = millis(now + pauseMs);
    return this.forget(entry, reason);
  }

  private endConnection(entry: Entry, reason: FailureReason, now: Millis): BookOutcome[] {
    const wasOurs = entry.state === 'connected' || entry.state === 'proven';
    const isGoodbye = reason === 'shutting-down' && entry.state !== 'dialing';
    if (!wasOurs && !isGoodbye) return [];
    entry.state = isGoodbye ? 'draining' : 'known';
    entry.lastReason = reason;
    if (reason === 'too-many-peers') entry.nextDialAt = millis(now + FULL_PAUSE_MS);
    else this.postpone(entry, 1, now);
    return [];
  }

  /** Removes the store's key; the record stays in memory, an unwanted one of gossip goes whole. */
  private forget(entry: Entry, reason: FailureReason): BookOutcome[] {
    if (!entry.isPersisted) return [];
    entry.isPersisted = false;
    this.persisted -= 1;
    return [{ kind: 'forget', address: entry.address, reason }];
  }

  /** Makes room in a full `new` by dropping one of a few drawn entries that has failed. */
  private evictFailed(): boolean {
    const victim = this.fresh
      .sample(EVICTION_DRAWS, this.random)
      .find((entry) => entry.failures > 0 && !entry.isOperator);
    return victim !== undefined && this.fresh.delete(victim.address.key);
  }

  private postpone(entry: Entry, failures: number, now: Millis): void {
    const isTrusted = entry.isProven || entry.isOperator;
    entry.nextDialAt = millis(now + backoffMs(failures, isTrusted, this.limits, this.random));
  }

  private find(key: AddressKey): Entry | undefined {
    return this.tried.get(key) ?? this.fresh.get(key);
  }
}
