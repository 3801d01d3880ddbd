import { parseCanonicalPeerAddress, type PeerAddress } from '../support/peer-address.ts';
import type { PeerRecord } from '../wire/peer-record.ts';

/** What a record names; all of it was well-formed when the record was taken. */
export function addressesOf({ addresses }: PeerRecord): PeerAddress[] {
  return addresses.flatMap((text) => {
    const parsed = parseCanonicalPeerAddress(text);
    return parsed.ok ? [parsed.address] : [];
  });
}
