import { readSnapshot } from '../../../src/core/address-book/book-snapshot.ts';
import { decodeAnchors } from '../../../src/core/connectivity/anchor-document.ts';
import { BanList } from '../../../src/core/connectivity/ban-list.ts';
import { readRefusalDetail } from '../../../src/core/session/hello-verdict.ts';
import { unixMillis, type NodeId } from '../../../src/core/support/brand.ts';
import { DEFAULT_LIMITS } from '../../../src/core/support/limits.ts';
import { parseCanonicalPeerAddress } from '../../../src/core/support/peer-address.ts';
import { documentsOf } from '../../../src/persistence/document-entries.ts';
import {
  addressOfPeerKey,
  encodeRecord,
  storedPeer,
} from '../../../src/persistence/peer-entries.ts';
import { peersOfJson } from '../../../src/transport/http-peer-list.ts';
import { NodeScript, peerAt } from '../../support/node-script.ts';
import { promise, textOf, type FuzzTarget } from '../fuzz-target.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const NODE_ID = '0123456789abcdef0123456789abcdef01234567';

export const storedPeers: FuzzTarget = {
  name: 'stored-peers',
  cases: 80_000,
  seeds: [
    bytes(
      `{"node_id":"${NODE_ID}","first_success":1700000000000,"last_success":1700000100000,"failures":3,"proven":true,"tried":false,"secured":true}`,
    ),
    bytes('peer:198.51.100.7:7071'),
    bytes('{"__proto__":{"node_id":1}}'),
  ],
  run: (input) => {
    const text = textOf(input);
    const key = addressOfPeerKey(text);
    if (key !== undefined) promise(`peer:${key.key}` === text, 'a key is canonical');
    const address = parseCanonicalPeerAddress('198.51.100.7:7071');
    if (!address.ok) return;
    const { record } = storedPeer(address.address, text);
    if (record === undefined) return;
    promise(/^[0-9a-f]{40}$/.test(record.nodeId), 'a node id');
    promise(record.firstSuccessAt <= record.lastSuccessAt, 'times in order');
    const again = storedPeer(address.address, encodeRecord(record)).record;
    promise(JSON.stringify(again) === JSON.stringify(record), 'it reads back the same');
  },
};

function realBans(): string {
  const bans = new BanList(DEFAULT_LIMITS);
  const now = unixMillis(1_700_000_000_000);
  bans.banForScore({ kind: 'node-id', nodeId: NODE_ID as NodeId }, 'malformed', now);
  bans.banForScore({ kind: 'host', host: '198.51.100.7' }, 'rate-limited', now);
  return bans.encode();
}

/** Of a node that has heard of a few others. */
function realSnapshot(): string {
  const script = new NodeScript({ seeds: [1] });
  script.runTo(50);
  const id = script.answer(1);
  const peers = [2, 3, 4].map((i) => peerAt(i).key);
  script.send(id, { type: 'peer-list', body: { peers, records: [] } });
  script.runTo(2 * DEFAULT_LIMITS.bookSnapshotIntervalMs);
  const text = script.document('book:snapshot');
  if (text === undefined) throw new Error('no snapshot');
  return text;
}

export const documents: FuzzTarget = {
  name: 'documents',
  cases: 60_000,
  seeds: [
    bytes(
      '{"anchors":["198.51.100.7:7071","[2001:db8::1]:7071"],"starts":[1700000000000],"clean":true}',
    ),
    bytes(realBans()),
    bytes(realSnapshot()),
  ],
  run: (input) => {
    const text = textOf(input);
    const { anchors, starts } = decodeAnchors(text);
    promise(anchors.length <= 64 && starts.every(Number.isSafeInteger), 'anchors within bounds');
    const bans = new BanList(DEFAULT_LIMITS);
    bans.restore(text);
    for (const ban of bans.active(unixMillis(0))) promise(ban.until > 0, 'a ban that ends');
    const copy = new BanList(DEFAULT_LIMITS);
    copy.restore(bans.encode());
    promise(copy.size === bans.size, 'bans read back the same');
    for (const { address } of readSnapshot(text, DEFAULT_LIMITS)?.entries ?? []) {
      promise(parseCanonicalPeerAddress(address.key).ok, 'addresses of a snapshot are canonical');
    }
    const detail = readRefusalDetail(text);
    if (detail !== undefined)
      promise(!/\s/.test(detail.got + detail.expected), 'values of one word');
    documentsOf(
      () => input,
      (sentence) => promise(sentence.length < 200, 'a short warning'),
    );
  },
};

export const httpLists: FuzzTarget = {
  name: 'http-lists',
  cases: 40_000,
  seeds: [
    bytes('{"peers":["198.51.100.7:7071","[2001:db8::1]:7071"],"count":2}'),
    bytes('{"count":0,"peers":[]}'),
    bytes('[[[[[[[[[[[[]]]]]]]]]]]]'),
    bytes(JSON.stringify({ peers: Array.from({ length: 1_200 }, () => '1.1.1.1:7071') })),
    bytes('{"peers":[{"peers":[1e999,null,true,"\\u0000"]}]}'),
  ],
  run: (input) => {
    const peers = peersOfJson(textOf(input));
    if (peers === undefined) return;
    promise(peers.length <= 1_000, 'a bounded list');
    for (const { key } of peers) {
      const again = parseCanonicalPeerAddress(key);
      promise(again.ok && again.address.key === key, 'canonical addresses');
    }
  },
};
