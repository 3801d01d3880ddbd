import { DisconnectReason, type Hello } from '../../src/core/wire/generated/p2p.ts';
import { ephemeralIdentity } from '../../src/handshake/local-identity.ts';
import { eventually } from '../support/eventually.ts';
import { handshakeBytes, helloOf } from '../support/fake-peer.ts';
import { NodeBench } from '../support/node-bench.ts';

jest.setTimeout(20_000);

const bench = new NodeBench();
afterEach(() => bench.close());

describe('a peer that is this node itself', () => {
  it('is refused for its key, inbound and outbound', async () => {
    const identity = ephemeralIdentity();
    const listener = await bench.listener((peer) => {
      peer.write(handshakeBytes(helloOf({ publicKey: identity.publicKey })));
    });
    const watched = await bench.node({ identity, seeds: [listener.address] });
    const dialled = await listener.next();
    expect((await dialled.refusal()).reason).toBe(DisconnectReason.SELF_CONNECTION);
    const dialling = await bench.greet(watched.port, { publicKey: identity.publicKey });
    expect((await dialling.refusal()).reason).toBe(DisconnectReason.SELF_CONNECTION);
    expect(watched.node.peers({ state: 'verified', limit: 10 })).toEqual([]);
  });

  it('is refused for a nonce of its own that is still out, whatever the key', async () => {
    const listener = await bench.listener();
    const watched = await bench.node({ seeds: [listener.address] });
    const dialled = await listener.next();
    const { connectionNonce } = await dialled.next('hello');
    const mirror = await bench.greet(watched.port, { connectionNonce });
    expect((await mirror.refusal()).reason).toBe(DisconnectReason.SELF_CONNECTION);
    dialled.end();
    await eventually(() => watched.eventsOf('handshake-rejected').length === 2, {
      withinMs: 2_000,
      what: 'the dial is over',
    });
    await bench.join(watched.port, { connectionNonce });
  });

  it('dialled through its own seed list stays alone', async () => {
    const probe = await bench.node();
    const { port } = probe;
    await probe.node.stop();
    const watched = await bench.node({ port, seeds: [`127.0.0.1:${port}`] });
    await eventually(() => watched.eventsOf('handshake-rejected').length >= 2, {
      withinMs: 3_000,
      what: 'both ends of the connection to itself are refused',
    });
    for (const event of watched.eventsOf('handshake-rejected')) {
      expect(event.reason).toBe('self-connection');
    }
    expect(watched.node.peers({ state: 'verified', limit: 10 })).toEqual([]);
  });
});

describe('a second connection of one node', () => {
  it('is refused while the older one is alive, which stays', async () => {
    const { port, node } = await bench.node();
    const { publicKey } = ephemeralIdentity();
    const older = await bench.join(port, { publicKey });
    await older.roundTrip();
    const newer = await bench.greet(port, { publicKey });
    expect((await newer.refusal()).reason).toBe(DisconnectReason.DUPLICATE_CONNECTION);
    expect(newer.count('hello')).toBe(0);
    await older.roundTrip();
    expect(node.snapshot().peers.inbound).toBe(1);
  });

  it('is let in once the older one is closed', async () => {
    const watched = await bench.node();
    const hello: Partial<Hello> = { publicKey: ephemeralIdentity().publicKey };
    const older = await bench.join(watched.port, hello);
    older.end();
    await eventually(() => watched.eventsOf('disconnected').length === 1, {
      withinMs: 2_000,
      what: 'the older one is gone',
    });
    await bench.join(watched.port, hello);
  });

  it('is let in as a feeler, which ends within 2 s and takes no slot', async () => {
    const { port, node } = await bench.node({ limits: { inboundMax: 1 } });
    const { publicKey } = ephemeralIdentity();
    const older = await bench.join(port, { publicKey });
    await older.roundTrip();
    const feeler = await bench.join(port, { publicKey, capabilities: 0b1111n });
    const startedAt = performance.now();
    expect(node.snapshot().peers.inbound).toBe(1);
    expect((await feeler.refusal()).reason).toBe(DisconnectReason.FEELER_DONE);
    expect((feeler.closedAt as number) - startedAt).toBeLessThan(2_300);
    await older.roundTrip();
  });
});

describe('nodes dialling each other at the same moment', () => {
  it('are left with one connection, the same one on both sides', async () => {
    const free = await Promise.all([bench.node(), bench.node()]);
    const ports = free.map((watched) => watched.port);
    await Promise.all(free.map((watched) => watched.node.stop()));
    const [left, right] = await Promise.all(
      ports.map((port, i) => bench.node({ port, seeds: [`127.0.0.1:${ports[1 - i]}`] })),
    );
    if (left === undefined || right === undefined) throw new Error('two nodes');
    const total = (snapshot: { inbound: number; outbound: number }): number =>
      snapshot.inbound + snapshot.outbound;
    await eventually(
      () =>
        total(left.node.snapshot().peers) === 1 &&
        total(right.node.snapshot().peers) === 1 &&
        left.node.snapshot().peers.inbound === right.node.snapshot().peers.outbound,
      { withinMs: 3_000, what: 'one connection, inbound here and outbound there' },
    );
    expect(left.eventsOf('handshake-rejected').map((event) => event.reason)).not.toContain(
      'timeout',
    );
  });
});
