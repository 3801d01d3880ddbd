import type {
  Announcement,
  AnnouncementFault,
  AnnouncementVerdict,
} from '../core/announcements/announcement.ts';
import type { BlockHeader } from '../core/wire/generated/p2p.ts';
import type { ChainValidator } from '../runtime/ports/chain-validator.ts';
import type { ChainProfile } from './chain-profile.ts';
import { hashNumber, targetOfBits } from './compact-target.ts';
import { hasValidSignature } from './transaction-signature.ts';

export interface PowChainValidatorOptions {
  readonly profile: ChainProfile;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How far ahead of our clock a block may be: clocks of peers are wrong by less. */
const FUTURE_MAX_MS = 2 * 60 * 60 * 1000;

/**
 * Verifies what stands in an announcement itself: proof of work of a header, signature of a
 * transaction. Relies on `announcement.hash` being this node's own computation.
 *
 * Place of chain selection: whether a parent is known, the median of the eleven timestamps before
 * it, and total work are questions about a chain of headers. The store of headers that answers them
 * is another `ChainValidator` around this one; it fills from GetHeaders and Headers.
 */
export function createPowChainValidator(options: PowChainValidatorOptions): ChainValidator {
  return { validate: (announcement) => validate(announcement, options) };
}

async function validate(
  announcement: Announcement,
  options: PowChainValidatorOptions,
): Promise<AnnouncementVerdict> {
  if (announcement.kind === 'block') {
    const { hash, header } = announcement;
    return verdictOf(workFault(hash, header, options.profile) ?? placeFault(header, options));
  }
  const valid = await hasValidSignature(announcement.transaction);
  return verdictOf(valid ? undefined : 'invalid-signature');
}

function workFault(
  hash: Uint8Array,
  header: BlockHeader,
  profile: ChainProfile,
): AnnouncementFault | undefined {
  const target = targetOfBits(header.targetBits);
  if (target === undefined) return 'invalid-target';
  if (target > profile.easiestTarget) return 'target-too-easy';
  return hashNumber(hash) > target ? 'insufficient-work' : undefined;
}

/** After the work, so that only who has done it can ask for a fault that is not remembered. */
function placeFault(
  header: BlockHeader,
  { profile, now }: PowChainValidatorOptions,
): AnnouncementFault | undefined {
  if (header.height < 1n) return 'invalid-height';
  if (header.height === 1n && Buffer.compare(header.parentHash, profile.genesisHash) !== 0) {
    return 'wrong-parent';
  }
  const latest = BigInt(Math.floor(now())) + BigInt(FUTURE_MAX_MS);
  return header.timestampMs > latest ? 'timestamp-too-far-ahead' : undefined;
}

function verdictOf(fault: AnnouncementFault | undefined): AnnouncementVerdict {
  return fault === undefined ? { valid: true } : { valid: false, fault };
}
