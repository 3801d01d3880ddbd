import { DEFAULT_LIMITS, DEFAULT_TRANSPORT_LIMITS } from '../support/limits.ts';
import { PeerRecord } from './generated/p2p.ts';
import type { BlockHeader, Disconnect, Hello } from './generated/p2p.ts';
import { decodeBody, encodeFrame } from './message-codec.ts';
import type { Message } from './message.ts';
import { WIRE_LIMITS } from './wire-limits.ts';

const L = WIRE_LIMITS;
const U64_MAX = 2n ** 64n - 1n;
const U32_MAX = 2 ** 32 - 1;
const address = 'h'.repeat(L.addressBytesMax);
const hash = new Uint8Array(L.hashBytes).fill(0xff);

const HELLO: Hello = {
  protocolVersion: U32_MAX,
  // A network's name is for people; 64 is longer than any.
  chainId: 'c'.repeat(64),
  genesisHash: hash,
  connectionNonce: U64_MAX,
  publicKey: hash,
  agent: 'a'.repeat(L.agentBytesMax),
  listenAddresses: Array<string>(L.listenAddressesMax).fill(address),
  capabilities: U64_MAX,
  zone: 'z'.repeat(L.zoneBytesMax),
  observedAddress: 'o'.repeat(L.observedAddressBytesMax),
  tipHeight: U64_MAX,
  tipHash: hash,
};

const HEADER: BlockHeader = {
  version: U32_MAX,
  height: U64_MAX,
  parentHash: hash,
  contentRoot: hash,
  timestampMs: U64_MAX,
  targetBits: U32_MAX,
  nonce: U64_MAX,
};

/** What a frame's length field would say. */
function lengthOf(message: Message): number {
  const frame = encodeFrame(message);
  expect(decodeBody(message.type, frame.subarray(5)).ok).toBe(true);
  return frame.length - 4;
}

describe('the bounds of messages', () => {
  it('let the longest Hello into a handshake frame', () => {
    const length = lengthOf({ type: 'hello', body: HELLO });
    expect(length).toBeLessThanOrEqual(DEFAULT_LIMITS.handshakeFrameBytesMax);
  });

  it('let the longest list of addresses into a frame', () => {
    const body = { peers: Array<string>(L.peersMax).fill(address), records: [] };
    const length = lengthOf({ type: 'peer-list', body });
    expect(length).toBeLessThanOrEqual(DEFAULT_LIMITS.frameBytesMax);
  });

  it('let a full answer of headers into a frame', () => {
    const body = { headers: Array.from({ length: L.headersMax }, () => HEADER) };
    const length = lengthOf({ type: 'headers', body });
    expect(length).toBeLessThanOrEqual(DEFAULT_LIMITS.frameBytesMax);
  });

  it('let the longest transaction and goodbye into the send buffer of a peer twice', () => {
    const transaction = lengthOf({
      type: 'transaction-announcement',
      body: {
        publicKey: hash,
        payload: new Uint8Array(L.payloadBytesMax),
        signature: new Uint8Array(L.signatureBytes),
      },
    });
    const goodbye: Disconnect = {
      reason: 6,
      detail: 'd'.repeat(L.detailBytesMax),
      retryAfterSeconds: U32_MAX,
      redirect: Array<string>(L.redirectsMax).fill(address),
    };
    const longest = Math.max(transaction, lengthOf({ type: 'disconnect', body: goodbye }));
    expect(2 * longest).toBeLessThanOrEqual(DEFAULT_TRANSPORT_LIMITS.sendBufferBytesMax);
  });

  it('let the longest record of four addresses into a signed one', () => {
    const record = PeerRecord.encode({
      publicKey: hash,
      addresses: Array<string>(4).fill(address),
      sequence: U64_MAX,
      network: new Uint8Array(8),
      zone: 'z'.repeat(L.zoneBytesMax),
      capabilities: U64_MAX,
    }).finish();
    expect(record.length).toBeLessThanOrEqual(L.recordBytesMax);
    const signed = { record: new Uint8Array(L.recordBytesMax), signature: new Uint8Array(64) };
    expect(lengthOf({ type: 'announce-peer', body: { record: signed } })).toBeLessThan(2_304);
  });

  it('agree with what this node sends', () => {
    expect(L.peersMax).toBe(DEFAULT_LIMITS.peerListEntriesMax);
    expect(L.redirectsMax).toBe(DEFAULT_LIMITS.redirectEntriesMax);
    expect(8 * L.filterBytesMax).toBeGreaterThanOrEqual(10 * DEFAULT_LIMITS.triedEntriesMax);
  });
});
