import { createHash } from 'node:crypto';
import { chainProfile } from '../../src/chain/chain-profile.ts';
import {
  networkOfRecord,
  signRecord,
  type PeerRecord,
  type SignedPeerRecord,
} from '../../src/core/wire/peer-record.ts';
import { ephemeralIdentity } from '../../src/handshake/local-identity.ts';
import type { Signer } from './fixed-identity.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

const { chainId, genesisHash } = chainProfile('testnet');
export const TESTNET = networkOfRecord(chainId, genesisHash, sha256);

/** A testnet node's word about itself, right in every way but for the changes. */
export function signedRecord(
  changes: Partial<PeerRecord> = {},
  identity: Signer = ephemeralIdentity(),
): SignedPeerRecord {
  const record: PeerRecord = {
    publicKey: identity.publicKey,
    addresses: ['127.0.0.1:17071'],
    sequence: BigInt(Date.now()),
    network: TESTNET,
    zone: '',
    capabilities: 7n,
    ...changes,
  };
  return signRecord(record, (bytes) => identity.sign(bytes));
}
