import type { BlockHeader, TransactionAnnouncement } from '../wire/generated/p2p.ts';

/** What a peer claims to have; nothing of it is believed before the validator's verdict. */
export type Announcement =
  | { readonly kind: 'block'; readonly hash: Uint8Array; readonly header: BlockHeader }
  | {
      readonly kind: 'transaction';
      readonly hash: Uint8Array;
      readonly transaction: TransactionAnnouncement;
    };

/** Why an announcement was refused; closed, because it is logged and counted. */
export const ANNOUNCEMENT_FAULTS = [
  'target-too-easy',
  'invalid-target',
  'insufficient-work',
  'wrong-parent',
  'invalid-height',
  'timestamp-too-far-ahead',
  'invalid-signature',
  'rejected-by-application',
] as const;
export type AnnouncementFault = (typeof ANNOUNCEMENT_FAULTS)[number];

export type AnnouncementVerdict =
  { readonly valid: true } | { readonly valid: false; readonly fault: AnnouncementFault };
