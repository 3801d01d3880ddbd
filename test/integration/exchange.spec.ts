import { createHash } from 'node:crypto';
import { filterContains, type KnownFilter } from '../../src/core/wire/known-filter.ts';
import { buildFilter } from '../support/built-filter.ts';
import { eventually } from '../support/eventually.ts';
import { handshakeBytes, helloOf, type FakePeer } from '../support/fake-peer.ts';
import { NodeBench } from '../support/node-bench.ts';

jest.setTimeout(20_000);

const bench = new NodeBench();
afterEach(() => bench.close());

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const NO_FILTER = { knownFilter: new Uint8Array(0), filterSalt: 0, filterHashes: 0 };
/** Ports are random here: the salt is drawn until the filter takes no stranger for known. */
const filterThatHolds = (keys: string[], strangers: string[]): KnownFilter => {
  for (let salt = 77; ; salt += 1) {
    const filter = buildFilter(keys, salt, sha256);
    if (!strangers.some((key) => filterContains(filter, key, sha256))) return filter;
  }
};
/** Nobody listens there: the port is taken by a listener of ours that is closed again. */
const closedPort = async (): Promise<string> => {
  const listener = await bench.listener();
  const { address } = listener;
  await listener.close();
  return address;
};
const greetBack = (peer: FakePeer): void => peer.write(handshakeBytes(helloOf()));

it('three nodes of which two know only the first list each other within 5 s', async () => {
  const first = await bench.node();
  const others = await Promise.all([1, 2].map(() => bench.node({ seeds: [first.address] })));
  const all = [first, ...others];
  for (const watched of all) {
    const expected = all.filter((other) => other !== watched).map((other) => other.address);
    await eventually(
      () => {
        const listed = watched.node.peers({ state: 'verified', limit: 100 });
        return expected.every((address) => listed.includes(address));
      },
      { withinMs: 5_000, what: 'both others are listed' },
    );
    expect([...watched.node.peers({ state: 'verified', limit: 100 })].sort()).toEqual(
      expected.sort(),
    );
  }
});

describe('the address that an inbound peer claims', () => {
  it('is never listed, saved or shared while nobody listens there', async () => {
    const claimed = await closedPort();
    const watched = await bench.node();
    const peer = await bench.join(watched.port, { listenAddresses: [claimed] });
    await eventually(
      () => watched.eventsOf('dial-finished').some((event) => event.address === claimed),
      { withinMs: 3_000, what: 'the claim is looked at' },
    );
    const asker = await bench.join(watched.port);
    asker.send({ type: 'get-peers', body: { max: 0, ...NO_FILTER } });
    expect((await asker.next('peer-list')).peers).toEqual([]);
    expect(watched.node.peers({ state: 'verified', limit: 10 })).toEqual([]);
    expect(watched.eventsOf('peer-saved')).toEqual([]);
    expect(peer.isOpen).toBe(true);
  });

  it('is listed and shared once our own feeler has completed a handshake there', async () => {
    const listener = await bench.listener(greetBack);
    const watched = await bench.node();
    await bench.join(watched.port, { listenAddresses: [listener.address] });
    const feeler = await listener.next();
    expect((await feeler.next('hello')).capabilities & 0b1000n).toBe(0b1000n);
    await feeler.refusal();
    await eventually(
      () => watched.node.peers({ state: 'verified', limit: 10 }).includes(listener.address),
      { withinMs: 2_000, what: 'the address is listed' },
    );
    const asker = await bench.join(watched.port);
    asker.send({ type: 'get-peers', body: { max: 0, ...NO_FILTER } });
    expect((await asker.next('peer-list')).peers).toEqual([listener.address]);
  });
});

describe('a PeerList', () => {
  it('that nobody asked for is ignored: none of its addresses is dialled', async () => {
    const listener = await bench.listener(greetBack);
    const watched = await bench.node();
    const peer = await bench.join(watched.port);
    await eventually(() => peer.count('get-peers') > 0 || watched.node.snapshot().uptimeMs > 100, {
      withinMs: 2_000,
      what: 'time for a question',
    });
    const asked = peer.count('get-peers');
    for (let i = 0; i <= asked; i += 1) {
      const peers = i < asked ? [] : [listener.address];
      peer.send({ type: 'peer-list', body: { peers, records: [] } });
    }
    await peer.roundTrip();
    expect(watched.eventsOf('peer-list-received')).toHaveLength(asked);
    expect(watched.node.snapshot().book.newEntries).toBe(0);
    expect(listener.accepted).toEqual([]);
  });

  it('that was asked for leads to dials, but only of addresses as wide as the connection', async () => {
    const named = await bench.listener(greetBack);
    const forbidden = [
      '127.0.0.1:22',
      '0.0.0.0:7071',
      '224.0.0.1:7071',
      '127.1:7071',
      'x.svc:7071',
    ];
    const seed = await bench.listener(greetBack);
    const watched = await bench.node({ seeds: [seed.address] });
    const peer = await seed.next();
    await peer.next('get-peers');
    peer.send({ type: 'peer-list', body: { peers: [...forbidden, named.address], records: [] } });
    await named.next();
    expect(watched.eventsOf('address-refused').map((event) => event.address)).toEqual(forbidden);
    expect(
      watched.node
        .book({ limit: 100 })
        .entries.map((entry) => entry.address)
        .sort(),
    ).toEqual([seed.address, named.address].sort());
  });
});

it('entries in the known filter are left out, and max is kept', async () => {
  const listeners = await Promise.all([1, 2, 3, 4].map(() => bench.listener(greetBack)));
  const addresses = listeners.map((listener) => listener.address);
  const watched = await bench.node({ seeds: addresses });
  await eventually(() => watched.node.snapshot().peers.outbound === 4, {
    withinMs: 3_000,
    what: 'four verified peers',
  });
  const asker = await bench.join(watched.port);
  const known = filterThatHolds(addresses.slice(0, 2), addresses.slice(2));
  asker.send({ type: 'get-peers', body: { max: 0, ...known } });
  const unknown = (await asker.next('peer-list')).peers;
  expect([...unknown].sort()).toEqual(addresses.slice(2).sort());
  asker.send({ type: 'get-peers', body: { max: 3, ...NO_FILTER } });
  expect((await asker.next('peer-list')).peers).toHaveLength(3);
});
