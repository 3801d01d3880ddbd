import { decodePeerRecord, encodePeerRecord } from './message-codec.ts';
import type { PeerRecord, SignedPeerRecord } from './generated/p2p.ts';
import { asciiBytes, concatBytes } from '../support/bytes.ts';
import type { Sha256 } from '../support/sha256.ts';

export type { PeerRecord, SignedPeerRecord };

/** Ed25519 (RFC 8032) by this node's key: 64 bytes, always the same for the same bytes. */
export type Sign = (bytes: Uint8Array) => Uint8Array;

const NETWORK_BYTES = 8;
/** Keeps a signature for this purpose from being one for another. */
const DOMAIN = asciiBytes('vision-node:peer-record:v1\0');

/** Which network a record is for: the first 8 bytes of SHA-256(chain id, a zero byte, genesis hash). */
export function networkOfRecord(
  chainId: string,
  genesisHash: Uint8Array,
  sha256: Sha256,
): Uint8Array {
  return sha256(concatBytes([asciiBytes(`${chainId}\0`), genesisHash])).slice(0, NETWORK_BYTES);
}

/** The bytes under a record's signature: domain, a zero byte, the serialised record as sent. */
export function signedRecordBytes(record: Uint8Array): Uint8Array {
  return concatBytes([DOMAIN, record]);
}

export function signRecord(record: PeerRecord, sign: Sign): SignedPeerRecord {
  const bytes = encodePeerRecord(record);
  return { record: bytes, signature: sign(signedRecordBytes(bytes)) };
}

/** Reads what is signed, whether or not the signature is right; undefined when it breaks the schema. */
export function readRecord({ record }: SignedPeerRecord): PeerRecord | undefined {
  return decodePeerRecord(record);
}
