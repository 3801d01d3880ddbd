import type { CalmWait } from '../exchange/calm-wait.ts';
import { CAPABILITY, OWN_CAPABILITIES } from '../session/hello-verdict.ts';
import type { PeerSession } from '../session/peer-session.ts';
import { millis, type AddressKey, type ConnectionId, type Millis } from '../support/brand.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import { TokenBucket } from '../support/token-bucket.ts';
import { signRecord, type Sign, type SignedPeerRecord } from '../wire/peer-record.ts';
import type { NodeContext } from './node-context.ts';
import type { OwnAddress } from './own-address.ts';

/** Own addresses with a record of their own; as many as a machine has, more or less. */
const OWN_RECORDS_MAX = 64;

interface OwnRecord {
  readonly signed: SignedPeerRecord;
  readonly signedAt: Millis;
}

export interface OwnRecordParts {
  readonly ownAddress: OwnAddress;
  readonly network: Uint8Array;
  readonly calm: CalmWait;
}

/**
 * What this node signs of itself, one record for each address that it goes by, and tells each peer
 * after the handshake and hourly.
 */
export class OwnRecords {
  private readonly records = new Map<AddressKey, OwnRecord>();
  /** Whom this node has still to tell. */
  private readonly untold = new Set<ConnectionId>();
  private readonly tellings: TokenBucket;
  private announceAt: Millis | undefined;

  constructor(
    private readonly context: NodeContext,
    private readonly parts: OwnRecordParts,
  ) {
    const { ownRecordsPerSecond, ownRecordsBurst } = context.limits;
    this.tellings = new TokenBucket(ownRecordsPerSecond, ownRecordsBurst, context.now);
  }

  nextDeadline(): Millis | undefined {
    if (this.untold.size === 0) return this.announceAt;
    const { now } = this.context;
    const tellAt = Math.max(this.parts.calm.calmAt, now + this.tellings.waitMs(1, now));
    return millis(Math.min(tellAt, this.announceAt ?? tellAt));
  }

  deadlineReached(): void {
    const { context } = this;
    if (this.announceAt !== undefined && context.now >= this.announceAt) {
      this.announceAt = millis(context.now + context.limits.recordAnnounceMs);
      for (const session of context.sessions.connected()) this.untold.add(session.id);
    }
    this.tell();
  }

  established({ id }: PeerSession): void {
    const { now, limits, options } = this.context;
    if (options.sign === undefined) return;
    this.announceAt ??= millis(now + limits.recordAnnounceMs);
    this.untold.add(id);
  }

  closed(id: ConnectionId): void {
    this.untold.delete(id);
  }

  private tell(): void {
    const { context } = this;
    if (context.now < this.parts.calm.calmAt) return;
    for (const id of this.untold) {
      if (!this.tellings.take(context.now)) return;
      this.untold.delete(id);
      const session = context.sessions.get(id);
      if (session !== undefined && !context.isDraining) this.announceTo(session);
    }
  }

  private announceTo(session: PeerSession): void {
    const { sign } = this.context.options;
    const address = this.parts.ownAddress.advertisedTo(session);
    if (sign === undefined || address === undefined || !takesRecords(session)) return;
    const record = this.at(address, sign);
    session.send({ type: 'announce-peer', body: { record } }, this.context.now);
  }

  /** Signed anew when it is as old as announcements are apart, so that it never looks left behind. */
  private at(address: PeerAddress, sign: Sign): SignedPeerRecord {
    const { context } = this;
    const last = this.records.get(address.key);
    if (last !== undefined && context.now - last.signedAt < context.limits.recordAnnounceMs) {
      return last.signed;
    }
    const signed = this.sign(address, sign);
    if (this.records.size >= OWN_RECORDS_MAX) this.records.clear();
    this.records.set(address.key, { signed, signedAt: context.now });
    return signed;
  }

  private sign(address: PeerAddress, sign: Sign): SignedPeerRecord {
    const { publicKey, zone, wallClock } = this.context.options;
    const record = {
      publicKey,
      addresses: [address.key],
      sequence: BigInt(Math.max(0, Math.floor(wallClock()))),
      network: this.parts.network,
      zone,
      capabilities: OWN_CAPABILITIES,
    };
    return signRecord(record, sign);
  }
}

/** Peers without this capability would count records as unknown. */
export function takesRecords(session: PeerSession): boolean {
  return ((session.hello?.capabilities ?? 0n) & CAPABILITY.peerExchange) !== 0n;
}
