import { OWN_CAPABILITIES } from '../session/hello-verdict.ts';
import type { AddressKey, Millis } from '../support/brand.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import { signRecord, type Sign, type SignedPeerRecord } from '../wire/peer-record.ts';
import type { NodeContext } from './node-context.ts';

/** Own addresses with a record of their own; as many as a machine has, more or less. */
const OWN_RECORDS_MAX = 64;

interface OwnRecord {
  readonly signed: SignedPeerRecord;
  readonly signedAt: Millis;
}

/** What this node signs of itself: one record for each address that it goes by. */
export class OwnRecords {
  private readonly records = new Map<AddressKey, OwnRecord>();

  constructor(
    private readonly context: NodeContext,
    private readonly network: Uint8Array,
  ) {}

  /** Signed anew when it is as old as announcements are apart, so that it never looks left behind. */
  at(address: PeerAddress, sign: Sign): SignedPeerRecord {
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
      network: this.network,
      zone,
      capabilities: OWN_CAPABILITIES,
    };
    return signRecord(record, sign);
  }
}
