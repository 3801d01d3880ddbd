import type { TransactionAnnouncement } from '../core/wire/generated/p2p.ts';
import { isSignedBy } from '../support/ed25519.ts';

/** Keeps a signature for this purpose from being one for another. */
const DOMAIN = Buffer.from('vision-node:transaction:v1\0', 'ascii');

/** The bytes under a transaction's signature: domain, a zero byte, payload. */
export function signedTransactionBytes(payload: Uint8Array): Buffer {
  return Buffer.concat([DOMAIN, payload]);
}

/** Whether the signature is the key's own over the payload; never rejects. */
export function hasValidSignature(transaction: TransactionAnnouncement): Promise<boolean> {
  const { publicKey, payload, signature } = transaction;
  return isSignedBy({ publicKey, signature, bytes: signedTransactionBytes(payload) });
}
