import type { FieldRule, FieldRules } from './scan-fields.ts';
import type { MessageType } from './message.ts';
import { WIRE_LIMITS } from './wire-limits.ts';

const L = WIRE_LIMITS;

const varint = (name: string): FieldRule => ({ name, wireType: 0 });
const fixed64 = (name: string): FieldRule => ({ name, wireType: 1 });
const fixed32 = (name: string): FieldRule => ({ name, wireType: 5 });
const bytes = (name: string, bytesMax: number): FieldRule => ({ name, wireType: 2, bytesMax });
/** Not bounded by the schema, and so by the frame alone. */
const unbounded = (name: string): FieldRule => ({ name, wireType: 2 });
const repeated = (name: string, bytesMax: number, countMax: number): FieldRule => ({
  ...bytes(name, bytesMax),
  countMax,
});
const embedded = (rule: FieldRule, nested: FieldRules): FieldRule => ({ ...rule, nested });

const SIGNED_PEER_RECORD: FieldRules = [
  undefined,
  bytes('record', L.recordBytesMax),
  bytes('signature', L.signatureBytes),
];

/** What is inside `SignedPeerRecord.record`. */
export const PEER_RECORD_RULES: FieldRules = [
  undefined,
  bytes('public_key', L.publicKeyBytes),
  repeated('addresses', L.addressBytesMax, L.listenAddressesMax),
  varint('sequence'),
  bytes('network', L.recordNetworkBytes),
  bytes('zone', L.zoneBytesMax),
  varint('capabilities'),
];

const BLOCK_HEADER: FieldRules = [
  undefined,
  varint('version'),
  varint('height'),
  bytes('parent_hash', L.hashBytes),
  bytes('content_root', L.hashBytes),
  varint('timestamp_ms'),
  varint('target_bits'),
  varint('nonce'),
];

/** The upper bounds of every message of p2p.proto, by field number. */
export const MESSAGE_RULES: Readonly<Record<MessageType, FieldRules>> = {
  hello: [
    undefined,
    varint('protocol_version'),
    unbounded('chain_id'),
    bytes('genesis_hash', L.hashBytes),
    fixed64('connection_nonce'),
    bytes('public_key', L.publicKeyBytes),
    bytes('agent', L.agentBytesMax),
    repeated('listen_addresses', L.addressBytesMax, L.listenAddressesMax),
    varint('capabilities'),
    bytes('zone', L.zoneBytesMax),
    unbounded('observed_address'),
    varint('tip_height'),
    unbounded('tip_hash'),
  ],
  disconnect: [
    undefined,
    varint('reason'),
    bytes('detail', L.detailBytesMax),
    varint('retry_after_seconds'),
    repeated('redirect', L.addressBytesMax, L.redirectsMax),
  ],
  ping: [undefined, fixed64('nonce')],
  pong: [undefined, fixed64('nonce')],
  'get-peers': [
    undefined,
    varint('max'),
    bytes('known_filter', L.filterBytesMax),
    fixed32('filter_salt'),
    varint('filter_hashes'),
  ],
  'peer-list': [
    undefined,
    repeated('peers', L.addressBytesMax, L.peersMax),
    embedded(repeated('records', L.signedRecordBytesMax, L.recordsMax), SIGNED_PEER_RECORD),
  ],
  'announce-peer': [
    undefined,
    embedded(repeated('record', L.signedRecordBytesMax, 1), SIGNED_PEER_RECORD),
  ],
  'block-announcement': [
    undefined,
    embedded(repeated('header', L.headerBytesMax, 1), BLOCK_HEADER),
  ],
  'transaction-announcement': [
    undefined,
    bytes('public_key', L.publicKeyBytes),
    bytes('payload', L.payloadBytesMax),
    bytes('signature', L.signatureBytes),
  ],
  'get-headers': [undefined, repeated('locator', L.hashBytes, L.locatorHashesMax), varint('max')],
  headers: [undefined, embedded(repeated('headers', L.headerBytesMax, L.headersMax), BLOCK_HEADER)],
};
