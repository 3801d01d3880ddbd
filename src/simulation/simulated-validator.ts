import type { Announcement, AnnouncementVerdict } from '../core/announcements/announcement.ts';
import { toHex } from '../core/support/bytes.ts';
import { uniform, type RandomSource } from '../core/support/random-source.ts';
import type { Sha256 } from '../core/support/sha256.ts';
import type { SignedPeerRecord } from '../core/wire/peer-record.ts';
import type { EventQueue } from './event-queue.ts';
import { isSimulatedSignature } from './simulated-signature.ts';

const VERDICT_MS_MIN = 1;
const VERDICT_MS_MAX = 5;

/** Says after a few milliseconds that an announcement is valid, unless its hash was marked. */
export class SimulatedValidator {
  private readonly invalid = new Set<string>();

  constructor(
    private readonly queue: EventQueue,
    private readonly random: RandomSource,
    private readonly sha256: Sha256,
  ) {}

  markInvalid(hash: Uint8Array): void {
    this.invalid.add(toHex(hash));
  }

  verify(announcement: Announcement, answer: (verdict: AnnouncementVerdict) => void): void {
    const delayMs = VERDICT_MS_MIN + uniform(this.random) * (VERDICT_MS_MAX - VERDICT_MS_MIN);
    const verdict: AnnouncementVerdict = this.invalid.has(toHex(announcement.hash))
      ? { valid: false, fault: 'rejected-by-application' }
      : { valid: true };
    this.queue.schedule(this.queue.now + delayMs, () => answer(verdict));
  }

  verifyRecord(
    { publicKey, signed }: { readonly publicKey: Uint8Array; readonly signed: SignedPeerRecord },
    answer: (isValid: boolean) => void,
  ): void {
    const isValid = isSimulatedSignature(publicKey, signed, this.sha256);
    this.queue.schedule(this.queue.now + VERDICT_MS_MIN, () => answer(isValid));
  }
}
