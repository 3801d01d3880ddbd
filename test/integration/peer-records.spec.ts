import type { SignedPeerRecord } from '../../src/core/wire/generated/p2p.ts';
import { readRecord, signedRecordBytes, type PeerRecord } from '../../src/core/wire/peer-record.ts';
import { ephemeralIdentity } from '../../src/handshake/local-identity.ts';
import { isSignedBy } from '../../src/support/ed25519.ts';
import { eventually } from '../support/eventually.ts';
import type { FakePeer } from '../support/fake-peer.ts';
import { NodeBench, type WatchedNode } from '../support/node-bench.ts';
import { signedRecord, TESTNET } from '../support/signed-records.ts';

jest.setTimeout(20_000);

const bench = new NodeBench();
afterEach(() => bench.close());

const announce = (record: SignedPeerRecord) =>
  ({ type: 'announce-peer', body: { record } }) as const;
const results = (watched: WatchedNode): string[] =>
  watched.eventsOf('peer-record').map(({ result }) => result);

/** The record of this node that it announces on connect comes first; those of others follow. */
async function relayedTo(peer: FakePeer): Promise<Buffer> {
  const { record } = await peer.next('announce-peer');
  return Buffer.from((record as SignedPeerRecord).record);
}

async function joined(watched: WatchedNode, count: number): Promise<FakePeer[]> {
  const peers: FakePeer[] = [];
  for (let i = 0; i < count; i += 1) {
    const peer = await bench.join(watched.port);
    await peer.next('announce-peer');
    peers.push(peer);
  }
  return peers;
}

describe('a node', () => {
  it('announces itself to each peer right after the handshake, by its own signature', async () => {
    const identity = ephemeralIdentity();
    const watched = await bench.node({ identity, zone: 'zone-a' });
    const before = BigInt(Date.now() - 1_000);
    const peer = await bench.join(watched.port);
    const { record: signed } = await peer.next('announce-peer');
    if (signed === undefined) throw new Error('no record');
    const record = readRecord(signed) as PeerRecord;
    expect(record.addresses).toEqual([watched.address]);
    expect(Buffer.from(record.network)).toEqual(Buffer.from(TESTNET));
    expect(record.zone).toBe('zone-a');
    expect(record.capabilities & 7n).toBe(7n);
    expect(record.sequence >= before && record.sequence <= BigInt(Date.now())).toBe(true);
    const { publicKey } = identity;
    const bytes = signedRecordBytes(signed.record);
    expect(await isSignedBy({ publicKey, signature: signed.signature, bytes })).toBe(true);
  });

  it('says nothing of itself to a peer that does not exchange peers', async () => {
    const watched = await bench.node();
    const peer = await bench.join(watched.port, { capabilities: 0n });
    await peer.roundTrip();
    expect(peer.count('announce-peer')).toBe(0);
  });
});

describe('a record that a peer announces', () => {
  it('is passed on once, to all others of a few, as it came, and not back', async () => {
    const watched = await bench.node();
    const [from, ...others] = await joined(watched, 4);
    const signed = signedRecord();
    from?.send(announce(signed));
    for (const other of others) expect(await relayedTo(other)).toEqual(Buffer.from(signed.record));
    others[0]?.send(announce(signed));
    await others[0]?.roundTrip();
    await from?.roundTrip();
    expect(results(watched)).toEqual(['accepted', 'known']);
    expect(others.map((other) => other.count('announce-peer'))).toEqual([2, 2, 2]);
    expect(from?.count('announce-peer')).toBe(1);
  });

  it('reaches six of many peers on a local network', async () => {
    const watched = await bench.node();
    const [from, ...others] = await joined(watched, 12);
    from?.send(announce(signedRecord()));
    const told = (): number => others.filter((other) => other.count('announce-peer') === 2).length;
    await eventually(() => told() === 6, { withinMs: 2_000, what: 'six peers are told' });
    await Promise.all(others.map((other) => other.roundTrip()));
    expect(told()).toBe(6);
  });

  it('makes its address a candidate, and is given to who asks once that is verified', async () => {
    const watched = await bench.node();
    const identity = ephemeralIdentity();
    const listener = await bench.node({ identity });
    const [from, asker] = await joined(watched, 2);
    const signed = signedRecord({ addresses: [listener.address] }, identity);
    from?.send(announce(signed));
    await eventually(() => watched.eventsOf('peer-verified').length > 0, {
      withinMs: 5_000,
      what: 'the node has met the announced one',
    });
    asker?.send({
      type: 'get-peers',
      body: { max: 0, knownFilter: new Uint8Array(), filterSalt: 0, filterHashes: 0 },
    });
    const list = await asker?.next('peer-list');
    expect(list?.peers).toContain(listener.address);
    const read = list?.records.map((record) => readRecord(record)?.addresses);
    expect(read).toEqual([[listener.address]]);
  });

  it.each<readonly [string, Partial<PeerRecord>]>([
    ['other-network', { network: new Uint8Array(8) }],
    ['no-address', { addresses: [] }],
    ['too-far-ahead', { sequence: BigInt(Date.now() + 3 * 3_600_000) }],
    ['too-old', { sequence: BigInt(Date.now() - 25 * 3_600_000) }],
    ['too-far-ahead', { sequence: 0xffff_ffff_ffff_ffffn }],
    ['forbidden-address', { addresses: ['169.254.169.254:80'] }],
    ['forbidden-address', { addresses: ['127.0.0.1:17071', '0.0.0.0:7071'] }],
    ['forbidden-address', { addresses: ['127.1:7071'] }],
    ['malformed', { publicKey: new Uint8Array(5) }],
  ])('is refused as %s and not passed on', async (expected, changes) => {
    const watched = await bench.node();
    const [from, other] = await joined(watched, 2);
    from?.send(announce(signedRecord(changes)));
    await eventually(() => results(watched).length === 1, { withinMs: 2_000, what: 'a verdict' });
    await other?.roundTrip();
    expect(results(watched)).toEqual([expected]);
    expect(other?.count('announce-peer')).toBe(1);
    expect(watched.node.book({ limit: 10 }).entries).toEqual([]);
  });

  it('signed by another key costs its sender, whom the fifth of them disconnects', async () => {
    const watched = await bench.node();
    const [from, other] = await joined(watched, 2);
    for (let i = 0; i < 10; i += 1) {
      const { record } = signedRecord({ addresses: [`127.0.0.1:${18_000 + i}`] });
      from?.send(announce({ record, signature: new Uint8Array(64).fill(i) }));
    }
    await from?.closed();
    expect(new Set(results(watched))).toEqual(new Set(['invalid-signature']));
    await other?.roundTrip();
    expect(other?.count('announce-peer')).toBe(1);
  });

  it('of an honest node is heard though somebody forges a newer one of its key first', async () => {
    const watched = await bench.node();
    const [liar, from, other] = await joined(watched, 3);
    const identity = ephemeralIdentity();
    const forged = signedRecord({ sequence: BigInt(Date.now() + 5_000) }, identity);
    liar?.send(announce({ ...forged, signature: new Uint8Array(64).fill(7) }));
    await liar?.roundTrip();
    const honest = signedRecord({}, identity);
    from?.send(announce(honest));
    expect(other && (await relayedTo(other))).toEqual(Buffer.from(honest.record));
    expect(results(watched).toSorted()).toEqual(['accepted', 'invalid-signature']);
  });

  it('about the node itself, replayed to it, changes nothing', async () => {
    const watched = await bench.node();
    const peer = await bench.join(watched.port);
    const { record } = await peer.next('announce-peer');
    peer.send(announce(record as SignedPeerRecord));
    await eventually(() => results(watched).length === 1, { withinMs: 2_000, what: 'a verdict' });
    expect(results(watched)).toEqual(['own']);
    expect(watched.node.book({ limit: 10 }).entries).toEqual([]);
  });

  it('is not looked at when its peer has used up its tokens', async () => {
    const watched = await bench.node({ limits: { recordsBurst: 3, recordsPerSecond: 0.001 } });
    const [from] = await joined(watched, 1);
    for (let i = 0; i < 5; i += 1) {
      from?.send(announce(signedRecord({ addresses: [`127.0.0.1:${18_000 + i}`] })));
    }
    await from?.roundTrip();
    await eventually(() => results(watched).length === 3, { withinMs: 2_000, what: 'verdicts' });
    const limits = watched.eventsOf('limit-hit').map(({ limit }) => limit);
    expect(limits).toEqual(['peer-records', 'peer-records']);
  });
});
