import { bytesEqual, concatBytes } from '../core/support/bytes.ts';
import type { Sha256 } from '../core/support/sha256.ts';
import { signedRecordBytes, type Sign, type SignedPeerRecord } from '../core/wire/peer-record.ts';

/** 64 bytes that depend on key and bytes alone. Anybody could make them: nobody in here does. */
export function simulatedSign(publicKey: Uint8Array, sha256: Sha256): Sign {
  return (bytes) => {
    const half = sha256(concatBytes([publicKey, bytes]));
    return concatBytes([half, sha256(half)]);
  };
}

export function isSimulatedSignature(
  publicKey: Uint8Array,
  { record, signature }: SignedPeerRecord,
  sha256: Sha256,
): boolean {
  return bytesEqual(simulatedSign(publicKey, sha256)(signedRecordBytes(record)), signature);
}
