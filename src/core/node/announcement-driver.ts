import { announcementOf } from '../announcements/announcement-of.ts';
import {
  AnnouncementRelay,
  type DueVerification,
  type SettledAnnouncement,
} from '../announcements/announcement-relay.ts';
import type {
  Announcement,
  AnnouncementFault,
  AnnouncementVerdict,
} from '../announcements/announcement.ts';
import { CAPABILITY } from '../session/hello-verdict.ts';
import type { PeerSession } from '../session/peer-session.ts';
import type { ConnectionId } from '../support/brand.ts';
import { toHex } from '../support/bytes.ts';
import { encodeFrame } from '../wire/message-codec.ts';
import type { Message } from '../wire/message.ts';
import type { ConductBook } from './conduct-book.ts';
import type { NodeContext } from './node-context.ts';

type AnnouncementMessage = Extract<
  Message,
  { type: 'block-announcement' | 'transaction-announcement' }
>;

/** What an honest peer, which checks before it relays, never sends. */
const IS_SENDERS_FAULT: ReadonlySet<AnnouncementFault> = new Set([
  'target-too-easy',
  'invalid-target',
  'insufficient-work',
  'invalid-signature',
]);

/** Announcements from receipt over the validator to the peers that do not have them. */
export class AnnouncementDriver {
  private readonly relay: AnnouncementRelay;

  constructor(
    private readonly context: NodeContext,
    private readonly conduct: ConductBook,
  ) {
    this.relay = new AnnouncementRelay({
      seenMax: context.limits.seenAnnouncementsMax,
      pendingMax: context.limits.verificationsPendingMax,
      perSenderMax: context.limits.verificationsPerPeerMax,
    });
  }

  /** From a peer, or from this node's own application. */
  receive(from: PeerSession | undefined, message: AnnouncementMessage): void {
    const { context } = this;
    const announcement = announcementOf(message, context.options.sha256);
    if (announcement === undefined) {
      from?.disconnect('malformed', { detail: 'announcement without a header' });
      return;
    }
    const result = this.relay.receive(from?.id, announcement);
    context.observe({
      kind: 'announcement-received',
      type: announcement.kind,
      duplicate: result.kind === 'duplicate',
      hash: toHex(announcement.hash),
    });
    if (result.kind === 'verify') {
      this.verify([{ verificationId: result.verificationId, announcement }]);
    } else if (result.kind === 'overloaded') {
      context.observe({ kind: 'limit-hit', limit: 'verifications-pending' });
    }
  }

  verified(verificationId: number, verdict: AnnouncementVerdict): void {
    const settled = this.relay.settle(verificationId, verdict);
    if (settled === undefined) return;
    this.judged(settled);
    // After the blame, which may have ended the connection that the next ones came by.
    this.verify(this.relay.nextOf(settled));
  }

  closed(id: ConnectionId): void {
    this.verify(this.relay.closed(id));
  }

  private verify(due: readonly DueVerification[]): void {
    for (const { verificationId, announcement } of due) {
      this.context.emit({ kind: 'verify-announcement', verificationId, announcement });
    }
  }

  private judged(settled: SettledAnnouncement): void {
    const { announcement, knownBy } = settled;
    const hash = toHex(announcement.hash);
    if (!settled.verdict.valid) {
      const { fault } = settled.verdict;
      this.context.observe({
        kind: 'announcement-rejected',
        type: announcement.kind,
        hash,
        fault,
      });
      if (IS_SENDERS_FAULT.has(fault)) this.blame(knownBy);
      return;
    }
    if (!settled.isNews) return;
    const [first] = knownBy;
    const bringer = first === undefined ? undefined : this.context.sessions.get(first);
    if (bringer !== undefined) bringer.usefulness += 1;
    const relayedTo = this.send(announcement, knownBy);
    this.context.observe({
      kind: 'announcement-accepted',
      type: announcement.kind,
      hash,
      relayedTo,
    });
  }

  private blame(senders: ReadonlySet<ConnectionId>): void {
    for (const id of senders) {
      const session = this.context.sessions.get(id);
      if (session !== undefined) this.conduct.fault(session, 'invalid-announcement');
    }
  }

  private send(announcement: Announcement, knownBy: ReadonlySet<ConnectionId>): number {
    const message: AnnouncementMessage =
      announcement.kind === 'block'
        ? { type: 'block-announcement', body: { header: announcement.header } }
        : { type: 'transaction-announcement', body: announcement.transaction };
    const frame = encodeFrame(message);
    let count = 0;
    for (const session of this.context.sessions.connected()) {
      if (knownBy.has(session.id) || !takesAnnouncements(session)) continue;
      session.sendFrame(message, frame, this.context.now);
      count += 1;
    }
    return count;
  }
}

function takesAnnouncements(session: PeerSession): boolean {
  return ((session.hello?.capabilities ?? 0n) & CAPABILITY.announcements) !== 0n;
}
