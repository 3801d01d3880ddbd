import type { PeerRecordEntry, StoredPeer } from '../core/address-book/stored-peer.ts';
import { type AddressKey, type NodeId, unixMillis } from '../core/support/brand.ts';
import { parseCanonicalPeerAddress, type PeerAddress } from '../core/support/peer-address.ts';

/** The two kinds of keys that every store has, each followed by `host:port`. */
export const PEER_KEY = 'peer:';
const RECORD_KEY = 'record:';

/** The value under `peer:host:port`: the key alone says that the peer was verified. */
export const PEER_VALUE = '1';

/**
 * A record is about 130 bytes. The bound is checked before the text is parsed, and with it the depth
 * of what a damaged or foreign value can nest.
 */
export const RECORD_BYTES_MAX = 1_024;

/** More than the address book keeps of the store (8,192), less than what could hurt a start. */
export const LOADED_PEERS_MAX = 20_000;

/** The largest time that JavaScript's `Date` knows (ECMA-262, 21.4.1.1). */
const UNIX_MILLIS_MAX = 8_640_000_000_000_000;
const FAILURES_MAX = 1_000_000;
const NODE_ID = /^[0-9a-f]{40}$/;

export const peerKey = (key: AddressKey): string => `${PEER_KEY}${key}`;
export const recordKey = (key: AddressKey): string => `${RECORD_KEY}${key}`;

/** The address in a `peer:host:port` key; undefined when it is no canonical address. */
export function addressOfPeerKey(key: string): PeerAddress | undefined {
  if (!key.startsWith(PEER_KEY)) return undefined;
  const parsed = parseCanonicalPeerAddress(key.slice(PEER_KEY.length));
  return parsed.ok ? parsed.address : undefined;
}

/** JSON {node_id, first_success, last_success, failures, proven, tried, secured}; times in ms since 1970. */
export function encodeRecord(record: PeerRecordEntry): string {
  return JSON.stringify({
    node_id: record.nodeId,
    first_success: record.firstSuccessAt,
    last_success: record.lastSuccessAt,
    failures: record.failures,
    proven: record.isProven,
    tried: record.isTried,
    secured: record.isSecured,
  });
}

/** Unknown members are ignored; a missing, ill-typed or oversized value gives undefined. */
function decodeRecord(text: string | null | undefined): PeerRecordEntry | undefined {
  if (text === null || text === undefined || text.length > RECORD_BYTES_MAX) return undefined;
  const fields = parseObject(text);
  if (fields === undefined) return undefined;
  const { node_id: nodeId, first_success: first, last_success: last, failures } = fields;
  if (typeof nodeId !== 'string' || !NODE_ID.test(nodeId)) return undefined;
  if (!isCount(first, UNIX_MILLIS_MAX) || !isCount(last, UNIX_MILLIS_MAX)) return undefined;
  if (!isCount(failures, FAILURES_MAX)) return undefined;
  return {
    nodeId: nodeId as NodeId,
    firstSuccessAt: unixMillis(Math.min(first, last)),
    lastSuccessAt: unixMillis(last),
    failures,
    ...standingOf(fields),
  };
}

/** What older records do not have. */
function standingOf({ proven, tried, secured }: Record<string, unknown>): Partial<PeerRecordEntry> {
  return {
    ...(typeof proven === 'boolean' ? { isProven: proven } : {}),
    ...(typeof tried === 'boolean' ? { isTried: tried } : {}),
    ...(typeof secured === 'boolean' ? { isSecured: secured } : {}),
  };
}

/** A peer whose record is missing or damaged is still a peer: it was verified once. */
export function storedPeer(
  address: PeerAddress,
  recordText: string | null | undefined,
): StoredPeer {
  const record = decodeRecord(recordText);
  return record === undefined ? { address } : { address, record };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max;
}
