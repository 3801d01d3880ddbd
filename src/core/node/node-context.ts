import type { AddressChange } from '../address-book/address-change.ts';
import { AddressBook } from '../address-book/address-book.ts';
import type { AddressEntry } from '../address-book/address-entry.ts';
import { AddressPolicy } from '../address-book/address-policy.ts';
import { BanList } from '../connectivity/ban-list.ts';
import { idOf, type Ban } from '../connectivity/ban-subject.ts';
import { NetworkRefusals } from '../connectivity/network-refusals.ts';
import { SavePace } from '../connectivity/save-pace.ts';
import { PeerExchange } from '../exchange/peer-exchange.ts';
import { RecordTable } from '../exchange/record-table.ts';
import type { PeerSession } from '../session/peer-session.ts';
import { SessionTable } from '../session/session-table.ts';
import { SessionTraffic } from '../session/session-traffic.ts';
import { assertNever, millis, type AddressKey, type Millis } from '../support/brand.ts';
import { KeyedHash, randomHashKey } from '../support/keyed-hash.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { NodeEffect } from './effects.ts';
import type { NodeEvent } from './events.ts';
import type { PeerNodeOptions } from './node-options.ts';

/** Own addresses remembered, so that gossip about ourselves is refused. */
const OWN_ADDRESSES_MAX = 64;

/** What the parts of one node share: its state, its clock of the current input, its outbox. */
export class NodeContext {
  /** Time of the input that is being handled. */
  now: Millis = millis(0);
  readonly limits: NodeLimits;
  readonly policy: AddressPolicy;
  readonly book: AddressBook;
  readonly sessions: SessionTable;
  readonly exchange: PeerExchange;
  readonly bans: BanList;
  private readonly banPace: SavePace;
  /** Signed words of nodes about themselves. */
  readonly records: RecordTable;
  /** Of all connections since the start. */
  readonly traffic = new SessionTraffic();
  isDraining = false;
  /** This process lags behind its own deadlines: nobody else is blamed for that. */
  isLate = false;
  /** The connection plan has to be looked at again before this input is done. */
  isPlanDue = false;
  readonly networkRefusals: NetworkRefusals;
  /** When gossip last named something new, or a new peer could be asked. */
  lastGrowthAt: Millis | undefined;
  private effects: NodeEffect[] = [];
  private readonly ranks: KeyedHash;
  private readonly ownAddresses = new Map<AddressKey, PeerAddress>();

  constructor(readonly options: PeerNodeOptions) {
    this.limits = options.limits;
    this.policy = new AddressPolicy(options);
    this.book = new AddressBook(options.limits, options.random, this.policy);
    this.sessions = new SessionTable(options.limits);
    this.exchange = new PeerExchange(options.limits, options.scope === 'cluster');
    this.bans = new BanList(options.limits);
    this.banPace = new SavePace({
      bytesPerSecond: options.limits.bansSaveBytesPerSecond,
      burstBytes: options.limits.bansSaveBurstBytes,
      urgentIntervalMs: options.limits.bansSaveIntervalMs,
    });
    this.networkRefusals = new NetworkRefusals(options.limits.networkRefusalsMax);
    this.records = new RecordTable(options.limits);
    this.ranks = new KeyedHash(randomHashKey(options.random));
    if (options.advertise !== undefined) this.rememberOwn(options.advertise);
  }

  /** Peers of this node can prove their keys: what is not proven is a claim and no name. */
  get provesKeys(): boolean {
    return (this.options.security ?? 'plain') !== 'plain';
  }

  emit(effect: NodeEffect): void {
    this.effects.push(effect);
  }

  observe(event: NodeEvent): void {
    this.effects.push({ kind: 'observe', event });
  }

  drainEffects(): NodeEffect[] {
    const { effects } = this;
    this.effects = [];
    return effects;
  }

  /** Changes the book; carries out what follows for the store and the observers. */
  change(change: AddressChange): void {
    for (const outcome of this.book.apply(change, this.now)) {
      const address = outcome.address;
      switch (outcome.kind) {
        case 'save':
          this.emit({ kind: 'save-peer', address, record: outcome.record });
          this.observe({ kind: 'peer-saved', address: address.key });
          break;
        case 'forget':
          this.emit({ kind: 'forget-peer', address });
          this.observe({ kind: 'peer-forgotten', address: address.key, reason: outcome.reason });
          break;
        case 'verified':
          this.observe({ kind: 'peer-verified', address: address.key, nodeId: outcome.nodeId });
          break;
        case 'refused':
          this.observe({ kind: 'address-refused', address: address.key, reason: outcome.reason });
          break;
        case 'state': {
          const { from, to, reason } = outcome;
          this.observe({ kind: 'address-state-changed', address: address.key, from, to, reason });
          break;
        }
        default:
          assertNever(outcome);
      }
    }
  }

  /** Group of the peer at the far end: as a source of addresses, and for the inbound slots. */
  groupOfRemote(session: PeerSession): string {
    return this.policy.groupOf(session.remote, session.hello?.zone ?? '');
  }

  /** Candidates answer, and each one's network is another than ours. */
  isNetworkRefused(): boolean {
    return this.networkRefusals.areStanding((key) => this.book.get(key) !== undefined);
  }

  /** A number that peers cannot foresee, equal for equal text. */
  rankOf(text: string): number {
    return this.ranks.ofText(text);
  }

  /** Proven peers known for longest. */
  elders(): readonly AddressEntry[] {
    return this.book.elders(this.options.wallClock());
  }

  isBanned({ nodeId, address }: Pick<AddressEntry, 'nodeId' | 'address'>): boolean {
    if (this.bans.size === 0) return false;
    const wallNow = this.options.wallClock();
    if (nodeId !== undefined && this.bans.of(nodeId, wallNow) !== undefined) return true;
    return this.bans.of(address.host, wallNow) !== undefined;
  }

  /** Keeps a new ban over a restart, and says so. */
  noteBan(ban: Ban): void {
    this.bansChanged(ban.by);
    for (const key of this.keysOf(ban)) this.change({ kind: 'banned', key, until: ban.until });
    const { subject, reason, by, since, until } = ban;
    const id = idOf(subject);
    this.observe({ kind: 'banned', id, subject: subject.kind, reason, by, forMs: until - since });
  }

  /** Entries that a ban is about; all of a host only for the operator, because that is a look at all. */
  private keysOf({ subject, by }: Ban): AddressKey[] {
    if (subject.kind === 'node-id') {
      const entry = this.book.addressOf(subject.nodeId);
      return entry === undefined ? [] : [entry.address.key];
    }
    if (by !== 'operator') return [];
    return [...this.book.triedEntries(), ...this.book.newEntries()]
      .filter(({ address }) => address.host === subject.host)
      .map(({ address }) => address.key);
  }

  /** Bans are saved at once while they are few; of a crowd those of the operator within a second. */
  bansChanged(by: Ban['by']): void {
    this.banPace.changed(this.now, by === 'operator');
  }

  get bansDueAt(): Millis | undefined {
    return this.banPace.dueAt;
  }

  saveDueBans(): void {
    const { dueAt } = this.banPace;
    if (dueAt !== undefined && dueAt <= this.now) this.saveChangedBans();
  }

  /** Now, because there may be no later. */
  saveChangedBans(): void {
    if (this.banPace.dueAt === undefined) return;
    const text = this.bans.encode();
    this.banPace.saved(this.now, text.length);
    this.emit({ kind: 'save-document', name: 'bans', text });
  }

  isOwn(key: AddressKey): boolean {
    return this.ownAddresses.has(key);
  }

  rememberOwn(address: PeerAddress): void {
    if (this.ownAddresses.size < OWN_ADDRESSES_MAX) this.ownAddresses.set(address.key, address);
  }
}
