import { addressesOf } from '../exchange/addresses-of.ts';
import { CalmWait } from '../exchange/calm-wait.ts';
import { RecordLanes, type WaitingRecord } from '../exchange/record-lanes.ts';
import type { KnownRecord } from '../exchange/record-table.ts';
import { relayTargets } from '../exchange/relay-targets.ts';
import { nodeIdOfKey } from '../session/node-identity.ts';
import type { PeerSession } from '../session/peer-session.ts';
import { millis, type ConnectionId, type Millis } from '../support/brand.ts';
import type { NodeId } from '../support/brand.ts';
import { bytesEqual, toHex } from '../support/bytes.ts';
import { parseCanonicalPeerAddress, type PeerAddress } from '../support/peer-address.ts';
import { TokenBucket } from '../support/token-bucket.ts';
import { encodeFrame } from '../wire/message-codec.ts';
import {
  networkOfRecord,
  readRecord,
  type PeerRecord,
  type SignedPeerRecord,
} from '../wire/peer-record.ts';
import type { ConductBook } from './conduct-book.ts';
import type { RecordResult } from './events.ts';
import type { ExchangeDriver } from './exchange-driver.ts';
import type { NodeContext } from './node-context.ts';
import type { OwnAddress } from './own-address.ts';
import { OwnRecords, takesRecords } from './own-records.ts';

const DAY_MS = 86_400_000;

/** A record that is, or is to be, with the verifier; nothing of it is believed yet. */
type Pending = KnownRecord & WaitingRecord;

export interface RecordParts {
  readonly ownAddress: OwnAddress;
  readonly exchange: ExchangeDriver;
  readonly conduct: ConductBook;
}

/**
 * Goal: who joins is known everywhere within seconds, and what is told of a node is its own word.
 * Adversary: makes keys and records without end, to have others check, keep and pass them on.
 * Mechanism: cheap questions before the signature, tokens and a lane per connection, each word passed on once
 * and to few. Bound: `recordsMax` records, `recordVerificationsMax` with the verifier. Cost: one signature
 * check per new record, outside.
 */
export class RecordDriver {
  private readonly network: Uint8Array;
  private readonly own: OwnRecords;
  private readonly buckets = new Map<ConnectionId, TokenBucket>();
  private readonly pending = new Map<number, Pending>();
  /** Waiting or with the verifier, by signature: only the very same record is not checked twice. */
  private readonly inCheck = new Map<string, Pending>();
  private relays: Pending[] = [];
  private relayAt: Millis | undefined;
  private lastVerification = 0;
  private readonly waiting: RecordLanes<Pending>;
  private readonly calm: CalmWait;
  private readonly checks: TokenBucket;

  constructor(
    private readonly context: NodeContext,
    private readonly parts: RecordParts,
  ) {
    const { chainId, genesisHash, sha256 } = context.options;
    this.network = networkOfRecord(chainId, genesisHash, sha256);
    const { recordCalmMs, recordCalmWaitMaxMs, recordChecksPerSecond, recordChecksBurst } =
      context.limits;
    this.waiting = new RecordLanes({
      perPeerMax: context.limits.recordsWaitingPerPeerMax,
      inAllMax: context.limits.recordVerificationsMax,
    });
    this.calm = new CalmWait(recordCalmMs, recordCalmWaitMaxMs);
    this.checks = new TokenBucket(recordChecksPerSecond, recordChecksBurst, context.now);
    const { network, calm } = this;
    this.own = new OwnRecords(context, { ownAddress: parts.ownAddress, network, calm });
  }

  nextDeadline(): Millis | undefined {
    const { now, limits } = this.context;
    let next = Math.min(this.relayAt ?? Infinity, this.own.nextDeadline() ?? Infinity);
    if (this.waiting.size > 0 && this.pending.size < limits.recordVerificationsMax) {
      next = Math.min(next, Math.max(this.calm.calmAt, now + this.checks.waitMs(1, now)));
    }
    return Number.isFinite(next) ? millis(next) : undefined;
  }

  deadlineReached(): void {
    if (this.relayAt !== undefined && this.context.now >= this.relayAt) this.relayAll();
    this.own.deadlineReached();
    this.check();
  }

  /** A handshake is complete. */
  established(session: PeerSession): void {
    if (session.class === 'feeler' || session.class === 'surplus') return;
    this.calm.busy(this.context.now);
    this.own.established(session);
  }

  closed(id: ConnectionId): void {
    this.buckets.delete(id);
    for (const pending of this.pending.values()) pending.knownBy.delete(id);
    for (const { signed } of this.waiting.closed(id)) this.inCheck.delete(toHex(signed.signature));
    this.own.closed(id);
  }

  /** From an AnnouncePeer: passed on when it is good and new. */
  announced(session: PeerSession, signed: SignedPeerRecord | undefined): void {
    if (signed !== undefined) this.consider(session, signed, true);
  }

  /** From a list that was asked for: kept, and not passed on. */
  listed(session: PeerSession, records: readonly SignedPeerRecord[]): void {
    for (const signed of records) {
      // The last one may have ended it.
      if (session.hasEnded) return;
      this.consider(session, signed, false);
    }
  }

  verified(verificationId: number, isValid: boolean): void {
    const { context } = this;
    const pending = this.pending.get(verificationId);
    if (pending === undefined) return;
    this.pending.delete(verificationId);
    this.inCheck.delete(toHex(pending.signed.signature));
    const senders = [...pending.knownBy].flatMap((id) => context.sessions.get(id) ?? []);
    const [session] = senders;
    if (!isValid) {
      this.report('invalid-signature', session);
      for (const sender of senders) this.parts.conduct.fault(sender, 'invalid-record');
      return;
    }
    this.report('accepted', session);
    context.records.put(pending, context.now);
    if (session === undefined) return;
    this.parts.exchange.hear(pending.record.addresses, session);
    if (!pending.isRelayed) return;
    this.relays.push(pending);
    this.relayAt ??= millis(context.now + context.limits.recordRelayDelayMs);
  }

  private consider(session: PeerSession, signed: SignedPeerRecord, isRelayed: boolean): void {
    const { context } = this;
    const record = readRecord(signed);
    const nodeId =
      record === undefined ? undefined : nodeIdOfKey(record.publicKey, context.options.sha256);
    if (record === undefined || nodeId === undefined) {
      this.report('malformed', session);
      return this.parts.conduct.fault(session, 'invalid-record');
    }
    if (this.isInCheck(signed, session, isRelayed)) return this.report('known', session);
    const refusal = this.refusalOf(nodeId, record, session);
    if (refusal !== undefined) {
      this.report(refusal, session);
      if (refusal === 'forbidden-address') this.parts.conduct.fault(session, refusal);
      if (refusal === 'known') this.noteKnown(nodeId, session);
      return;
    }
    if (!this.bucketOf(session.id).take(context.now)) {
      context.observe({ kind: 'limit-hit', limit: 'peer-records', peer: session.peerName });
      return;
    }
    const knownBy = new Set([session.id]);
    this.verify({ nodeId, record, signed, owner: session.id, knownBy, isRelayed });
  }

  /**
   * Whether this very record is being checked. Another one of the same key is not that: anybody can name a key, and
   * must not keep the word of its owner from being heard.
   */
  private isInCheck(signed: SignedPeerRecord, session: PeerSession, isRelayed: boolean): boolean {
    const same = this.inCheck.get(toHex(signed.signature));
    if (same === undefined || !bytesEqual(same.signed.record, signed.record)) return false;
    same.knownBy.add(session.id);
    same.isRelayed ||= isRelayed;
    return true;
  }

  /** Cheap questions, before the signature. */
  private refusalOf(
    nodeId: NodeId,
    record: PeerRecord,
    session: PeerSession,
  ): RecordResult | undefined {
    const { context } = this;
    const { options, bans } = context;
    if (!bytesEqual(record.network, this.network)) return 'other-network';
    if (bytesEqual(record.publicKey, options.publicKey)) return 'own';
    const wallNow = options.wallClock();
    if (bans.size > 0 && bans.of(nodeId, wallNow) !== undefined) return 'banned';
    const refusal = context.records.refusalOf(nodeId, record, { now: context.now, wallNow });
    if (refusal !== undefined) return refusal;
    if (record.addresses.length === 0) return 'no-address';
    const isForbidden = record.addresses.some((text) => !this.mayName(text, session));
    return isForbidden ? 'forbidden-address' : undefined;
  }

  private mayName(text: string, session: PeerSession): boolean {
    const { policy } = this.context;
    const parsed = parseCanonicalPeerAddress(text);
    if (!parsed.ok) return false;
    const refusal = policy.judgeHearsay(parsed.address, session.scope);
    return refusal === undefined || refusal === 'own-address';
  }

  private verify(pending: Pending): void {
    const { context } = this;
    this.inCheck.set(toHex(pending.signed.signature), pending);
    const displaced = this.waiting.add(pending);
    if (displaced !== undefined) {
      this.inCheck.delete(toHex(displaced.signed.signature));
      context.observe({ kind: 'limit-hit', limit: 'record-verifications' });
    }
    this.check();
  }

  private check(): void {
    const { context } = this;
    if (context.now < this.calm.calmAt) return;
    while (this.isCheckDue()) {
      const pending = this.waiting.next() as Pending;
      this.lastVerification += 1;
      const verificationId = this.lastVerification;
      this.pending.set(verificationId, pending);
      const { record, signed } = pending;
      context.emit({ kind: 'verify-record', verificationId, publicKey: record.publicKey, signed });
    }
  }

  /** The verifier may be slow: what is with it counts as well. */
  private isCheckDue(): boolean {
    const { now, limits } = this.context;
    if (this.waiting.size === 0 || this.pending.size >= limits.recordVerificationsMax) return false;
    return this.checks.take(now);
  }

  private noteKnown(nodeId: NodeId, session: PeerSession): void {
    this.relays.find((relay) => relay.nodeId === nodeId)?.knownBy.add(session.id);
  }

  /** What came within a moment leaves together: one write for each peer. */
  private relayAll(): void {
    const { relays } = this;
    this.relays = [];
    this.relayAt = undefined;
    for (const relay of relays) this.relay(relay);
  }

  private relay({ nodeId: subject, record, signed, knownBy }: Pending): void {
    const { context } = this;
    const addresses = addressesOf(record);
    const candidates = [...context.sessions.connected()].flatMap((session) => {
      const { nodeId } = session;
      if (nodeId === undefined || nodeId === subject || knownBy.has(session.id)) return [];
      if (!takesRecords(session) || !this.mayTell(session, addresses)) return [];
      return [{ nodeId, session }];
    });
    const day = Math.floor(context.options.wallClock() / DAY_MS);
    const { recordFanOutPublic, recordFanOutLocal } = context.limits;
    const count = addresses.some((address) => context.policy.isPublic(address))
      ? recordFanOutPublic
      : recordFanOutLocal;
    const rankOf = (nodeId: string): number => context.rankOf(`${subject}/${day}/${nodeId}`);
    const message = { type: 'announce-peer', body: { record: signed } } as const;
    const frame = encodeFrame(message);
    for (const { session } of relayTargets(candidates, { count, rankOf })) {
      session.sendFrame(message, frame, context.now);
    }
  }

  private mayTell(session: PeerSession, addresses: readonly PeerAddress[]): boolean {
    return addresses.every((address) => this.context.policy.mayShare(address, session.scope));
  }

  private bucketOf(id: ConnectionId): TokenBucket {
    const { limits, now, options } = this.context;
    let bucket = this.buckets.get(id);
    if (bucket === undefined) {
      const factor = options.scope === 'cluster' ? limits.clusterHearsayFactor : 1;
      const { recordsPerSecond, recordsBurst } = limits;
      bucket = new TokenBucket(recordsPerSecond * factor, recordsBurst * factor, now);
      this.buckets.set(id, bucket);
    }
    return bucket;
  }

  private report(result: RecordResult, session: PeerSession | undefined): void {
    this.context.observe({ kind: 'peer-record', result, peer: session?.peerName ?? '' });
  }
}
