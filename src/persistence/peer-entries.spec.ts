import fc from 'fast-check';

import { peerAddressOfIp } from '../core/support/peer-address.ts';
import { type AddressKey, type NodeId, unixMillis } from '../core/support/brand.ts';
import {
  addressOfPeerKey,
  encodeRecord,
  peerKey,
  RECORD_BYTES_MAX,
  recordKey,
  storedPeer,
} from './peer-entries.ts';

const peer = peerAddressOfIp(Uint8Array.of(10, 0, 0, 1), 7071);
const nodeId = '0123456789abcdef0123456789abcdef01234567' as NodeId;
/** The record that a store's text under `record:…` gives. */
const decodeRecord = (text: string | null) => storedPeer(peer, text).record;
const valid = { node_id: nodeId, first_success: 1, last_success: 2, failures: 0 };

describe('store entries', () => {
  it('are named after the canonical address', () => {
    expect(peerKey('10.0.0.1:7071' as AddressKey)).toBe('peer:10.0.0.1:7071');
    expect(recordKey('[2001:db8::1]:7071' as AddressKey)).toBe('record:[2001:db8::1]:7071');
  });

  it('have a fixed form', () => {
    const record = {
      nodeId,
      firstSuccessAt: unixMillis(1_700_000_000_000),
      lastSuccessAt: unixMillis(1_700_000_000_001),
      failures: 2,
    };
    expect(encodeRecord(record)).toBe(
      `{"node_id":"${nodeId}","first_success":1700000000000,"last_success":1700000000001,"failures":2}`,
    );
    expect(decodeRecord(encodeRecord(record))).toEqual(record);
  });

  it('say whether a peer was proven and tried, when the book has said so', () => {
    const record = decodeRecord(JSON.stringify(valid));
    for (const standing of [
      {},
      { isSecured: true },
      { isProven: true, isTried: false },
      { isProven: false },
    ]) {
      const written = { ...(record as NonNullable<typeof record>), ...standing };
      expect(decodeRecord(encodeRecord(written))).toEqual(written);
    }
    expect(decodeRecord(JSON.stringify({ ...valid, proven: 'yes', tried: 1 }))).toEqual(record);
  });

  it('are read with members that a later version added', () => {
    expect(decodeRecord(JSON.stringify({ ...valid, group: 'x' }))?.failures).toBe(0);
  });

  it.each([
    ['no text', null],
    ['no JSON', '{'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '1'],
    ['a missing member', JSON.stringify({ ...valid, node_id: undefined })],
    ['a foreign node id', JSON.stringify({ ...valid, node_id: `${nodeId}0` })],
    ['a negative time', JSON.stringify({ ...valid, first_success: -1 })],
    ['a time past the calendar', JSON.stringify({ ...valid, last_success: 8.64e15 + 1 })],
    ['a broken count', JSON.stringify({ ...valid, failures: 0.5 })],
    ['a huge count', JSON.stringify({ ...valid, failures: 1e9 })],
    ['too many bytes', JSON.stringify({ ...valid, more: 'x'.repeat(RECORD_BYTES_MAX) })],
    ['deep nesting', '['.repeat(1_000_000)],
  ])('are skipped when the record is %s', (_, text) => {
    expect(decodeRecord(text)).toBeUndefined();
  });

  it('are skipped when the key is not exactly a canonical address', () => {
    for (const key of [
      'peer:',
      'peer:a',
      'peer:A.example:1',
      'peer:127.1:7071',
      'record:a.b:1',
      '',
    ]) {
      expect(addressOfPeerKey(key)).toBeUndefined();
    }
  });

  it('never make reading throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        decodeRecord(text);
        const address = addressOfPeerKey(`peer:${text}`);
        return address === undefined || peerKey(address.key) === `peer:${text}`;
      }),
    );
  });
});
