import type { ConnectionId } from '../support/brand.ts';
import type { Announcement, AnnouncementFault, AnnouncementVerdict } from './announcement.ts';
import { SeenSet, byteKey } from './seen-set.ts';
import { VerificationLanes } from './verification-lanes.ts';

/*
 * Goal: each announcement is verified once and relayed once, to those who do not have it.
 * Adversary: repeats, floods, or sends a good transaction with a bad signature first, so that the
 * good one counts as handled.
 * Mechanism: an id is seen only after a valid verdict. Until then, and for refusals, the key is the
 * whole content: id and signature. Refusals that time can heal are not remembered. Of one sender only a few are
 * with the validator at once. Bound: `seenMax` ids, a quarter as many refusals, `pendingMax` verifications with ≤ 128 senders
 * each. Cost: some look-ups of 32 to 96 characters.
 */

export interface AnnouncementRelayOptions {
  /** At least 8. */
  readonly seenMax: number;
  /** With the validator or waiting for it. */
  readonly pendingMax: number;
  /** With the validator at once, of one sender. */
  readonly perSenderMax: number;
}

/** What the validator is to judge now. */
export interface DueVerification {
  readonly verificationId: number;
  readonly announcement: Announcement;
}

export type ReceiveResult =
  /** Handled before, or with the validator right now. */
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'verify'; readonly verificationId: number }
  /** The validator has enough of this sender's; its turn comes. */
  | { readonly kind: 'waiting' }
  /** The validator has enough to do; nothing of it was remembered. */
  | { readonly kind: 'overloaded' };

export interface SettledAnnouncement {
  readonly announcement: Announcement;
  readonly verdict: AnnouncementVerdict;
  /** False for a transaction that was relayed meanwhile under another valid signature. */
  readonly isNews: boolean;
  /** Those who sent it: it need not go back to them, and a refusal is theirs. */
  readonly knownBy: ReadonlySet<ConnectionId>;
  /** Who brought it first and is still there. */
  readonly owner: ConnectionId | undefined;
}

interface PendingVerification extends DueVerification {
  owner: ConnectionId | undefined;
  readonly contentKey: string;
  readonly knownBy: Set<ConnectionId>;
}

/** More than a node has connections: 16 and 8 outbound, 64 inbound, feelers and surplus aside. */
const KNOWN_BY_MAX = 128;
/** A refused announcement is cheap to make; forgetting it costs one verification. */
const REFUSED_SHARE = 1 / 4;

/** Whether a refusal holds for ever: decided by the content alone, not by a clock or an application. */
const IS_FINAL: Readonly<Record<AnnouncementFault, boolean>> = {
  'target-too-easy': true,
  'invalid-target': true,
  'insufficient-work': true,
  'wrong-parent': true,
  'invalid-height': true,
  'invalid-signature': true,
  'timestamp-too-far-ahead': false,
  'rejected-by-application': false,
};

export class AnnouncementRelay {
  private readonly seen: SeenSet;
  private readonly refused: SeenSet;
  private readonly pendingMax: number;
  private readonly pending = new Map<number, PendingVerification>();
  private readonly pendingByContent = new Map<string, PendingVerification>();
  private readonly lanes: VerificationLanes<PendingVerification>;
  private lastVerificationId = 0;

  constructor({ seenMax, pendingMax, perSenderMax }: AnnouncementRelayOptions) {
    this.seen = new SeenSet(seenMax);
    this.refused = new SeenSet(Math.floor(seenMax * REFUSED_SHARE));
    this.pendingMax = pendingMax;
    this.lanes = new VerificationLanes(perSenderMax);
  }

  /** Ids that were valid and are remembered. */
  get seenCount(): number {
    return this.seen.size;
  }

  get pendingCount(): number {
    return this.pending.size;
  }

  /** @param from the sender; undefined for what this node publishes itself. */
  receive(from: ConnectionId | undefined, announcement: Announcement): ReceiveResult {
    if (this.seen.has(announcement.hash)) return { kind: 'duplicate' };
    const content = contentOf(announcement);
    const contentKey = byteKey(content);
    const pending = this.pendingByContent.get(contentKey);
    if (pending !== undefined) {
      if (from !== undefined && pending.knownBy.size < KNOWN_BY_MAX) pending.knownBy.add(from);
      return { kind: 'duplicate' };
    }
    if (this.refused.has(content)) return { kind: 'duplicate' };
    if (this.pending.size >= this.pendingMax) return { kind: 'overloaded' };
    const opened = this.open(from, announcement, contentKey);
    if (!this.lanes.enter(opened)) return { kind: 'waiting' };
    return { kind: 'verify', verificationId: opened.verificationId };
  }

  /**
   * Takes the validator's verdict.
   * @returns undefined for an id that is not pending
   */
  settle(verificationId: number, verdict: AnnouncementVerdict): SettledAnnouncement | undefined {
    const pending = this.pending.get(verificationId);
    if (pending === undefined) return undefined;
    this.forget(pending);
    const { announcement, knownBy } = pending;
    // A transaction may have been relayed meanwhile under another valid signature.
    const isNews = !verdict.valid || this.seen.add(announcement.hash);
    if (!verdict.valid && IS_FINAL[verdict.fault]) this.refused.add(contentOf(announcement));
    return { announcement, verdict, isNews, knownBy, owner: pending.owner };
  }

  /** After `settle`, and after what its verdict may have cost the sender. @returns what is due now */
  nextOf({ owner }: SettledAnnouncement): readonly DueVerification[] {
    return this.lanes.settled(owner);
  }

  /** A sender is gone, and with it what waits and nobody else has sent. @returns what is due now */
  closed(from: ConnectionId): readonly DueVerification[] {
    // Who has gone inherits nothing when the next one goes.
    for (const { knownBy } of this.pending.values()) knownBy.delete(from);
    const { dropped, due } = this.lanes.closed(from);
    for (const pending of dropped) this.forget(pending);
    return due;
  }

  private open(
    owner: ConnectionId | undefined,
    announcement: Announcement,
    contentKey: string,
  ): PendingVerification {
    this.lastVerificationId += 1;
    const pending: PendingVerification = {
      verificationId: this.lastVerificationId,
      announcement,
      owner,
      contentKey,
      knownBy: new Set(owner === undefined ? [] : [owner]),
    };
    this.pending.set(pending.verificationId, pending);
    this.pendingByContent.set(contentKey, pending);
    return pending;
  }

  private forget({ verificationId, contentKey }: PendingVerification): void {
    this.pending.delete(verificationId);
    this.pendingByContent.delete(contentKey);
  }
}

/** All that a verdict depends on. A block's hash covers its header; an id does not cover the signature. */
function contentOf(announcement: Announcement): Uint8Array {
  if (announcement.kind === 'block') return announcement.hash;
  const { signature } = announcement.transaction;
  const content = new Uint8Array(announcement.hash.length + signature.length);
  content.set(announcement.hash);
  content.set(signature, announcement.hash.length);
  return content;
}
