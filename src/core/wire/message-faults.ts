import type { BlockHeader, Disconnect, GetHeaders, GetPeers, Hello } from './generated/p2p.ts';
import type { PeerRecord, SignedPeerRecord, TransactionAnnouncement } from './generated/p2p.ts';
import type { Message } from './message.ts';
import { WIRE_LIMITS } from './wire-limits.ts';

/*
 * What upper bounds cannot say: exact lengths, required parts, printable text. Each function returns
 * what is wrong in words of this program alone (nothing that the peer wrote), or undefined.
 */

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** The first rule of the schema that a decoded message breaks. */
export function messageFault(message: Message): string | undefined {
  switch (message.type) {
    case 'hello':
      return helloFault(message.body);
    case 'disconnect':
      return disconnectFault(message.body);
    case 'get-peers':
      return getPeersFault(message.body);
    case 'peer-list':
      return firstFault(message.body.records, signedRecordFault);
    case 'announce-peer':
      return requiredFault('record', message.body.record, signedRecordFault);
    case 'block-announcement':
      return requiredFault('header', message.body.header, headerFault);
    case 'transaction-announcement':
      return transactionFault(message.body);
    case 'get-headers':
      return getHeadersFault(message.body);
    case 'headers':
      return firstFault(message.body.headers, headerFault);
    case 'ping':
    case 'pong':
      return undefined;
  }
}

/** Hashes of exactly 32 bytes. */
export function headerFault(header: BlockHeader): string | undefined {
  return (
    lengthFault('parent_hash', header.parentHash, WIRE_LIMITS.hashBytes) ??
    lengthFault('content_root', header.contentRoot, WIRE_LIMITS.hashBytes)
  );
}

/** Key and signature of exact length, payload within its bound. */
export function transactionFault(transaction: TransactionAnnouncement): string | undefined {
  if (transaction.payload.length > WIRE_LIMITS.payloadBytesMax) return 'payload: too long';
  return (
    lengthFault('public_key', transaction.publicKey, WIRE_LIMITS.publicKeyBytes) ??
    lengthFault('signature', transaction.signature, WIRE_LIMITS.signatureBytes)
  );
}

/** Key and network of exact length. */
export function peerRecordFault(record: PeerRecord): string | undefined {
  return (
    lengthFault('public_key', record.publicKey, WIRE_LIMITS.publicKeyBytes) ??
    lengthFault('network', record.network, WIRE_LIMITS.recordNetworkBytes)
  );
}

/** `chain_id` is not judged here: another one, whatever its form, is another network's. */
function helloFault(hello: Hello): string | undefined {
  return (
    lengthFault('genesis_hash', hello.genesisHash, WIRE_LIMITS.hashBytes) ??
    lengthFault('public_key', hello.publicKey, WIRE_LIMITS.publicKeyBytes) ??
    textFault('agent', hello.agent)
  );
}

function disconnectFault(disconnect: Disconnect): string | undefined {
  return textFault('detail', disconnect.detail);
}

function getPeersFault(request: GetPeers): string | undefined {
  if (request.filterHashes > WIRE_LIMITS.filterHashesMax) return 'filter_hashes: too many';
  return undefined;
}

function getHeadersFault(request: GetHeaders): string | undefined {
  if (request.max > WIRE_LIMITS.headersMax) return 'max: too many';
  return firstFault(request.locator, (hash) => lengthFault('locator', hash, WIRE_LIMITS.hashBytes));
}

function signedRecordFault(record: SignedPeerRecord): string | undefined {
  if (record.record.length === 0) return 'record: missing';
  return lengthFault('signature', record.signature, WIRE_LIMITS.signatureBytes);
}

function requiredFault<T>(
  name: string,
  part: T | undefined,
  faultOf: (part: T) => string | undefined,
): string | undefined {
  return part === undefined ? `${name}: missing` : faultOf(part);
}

function firstFault<T>(
  parts: readonly T[],
  faultOf: (part: T) => string | undefined,
): string | undefined {
  for (const part of parts) {
    const fault = faultOf(part);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function lengthFault(name: string, bytes: Uint8Array, length: number): string | undefined {
  return bytes.length === length ? undefined : `${name}: not ${length} bytes`;
}

function textFault(name: string, text: string): string | undefined {
  return PRINTABLE_ASCII.test(text) ? undefined : `${name}: not printable ASCII`;
}
