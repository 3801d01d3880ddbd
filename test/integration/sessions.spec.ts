import { DisconnectReason } from '../../src/core/wire/generated/p2p.ts';
import { PREFACE } from '../../src/core/wire/frame-decoder.ts';
import { encodeFrame } from '../../src/core/wire/message-codec.ts';
import { eventually } from '../support/eventually.ts';
import { handshakeBytes, helloOf, rawFrame, type FakePeer } from '../support/fake-peer.ts';
import { NodeBench } from '../support/node-bench.ts';

jest.setTimeout(20_000);

const bench = new NodeBench();
afterEach(() => bench.close());

const PING = encodeFrame({ type: 'ping', body: { nonce: 5n } });
const GET_PEERS = {
  type: 'get-peers',
  body: { max: 0, knownFilter: new Uint8Array(0), filterSalt: 0, filterHashes: 0 },
} as const;

describe('a malformed stream', () => {
  it.each([
    ['a frame before Hello', PING],
    ['an unknown frame before Hello', rawFrame(0x7f, Uint8Array.of(1))],
    ['length 0 before Hello', Buffer.alloc(4)],
    ['length 2,049 before Hello', Buffer.from('00000801', 'hex')],
    ['length 2^31 before Hello', Buffer.from('80000000', 'hex')],
    ['length 2^32-1 before Hello', Buffer.from('ffffffff', 'hex')],
    ['a Hello that is no protobuf', rawFrame(0x01, Buffer.from('ffffffffff', 'hex'))],
    ['an empty Hello', rawFrame(0x01, new Uint8Array(0))],
    ['a key of 31 bytes', helloFrame({ publicKey: new Uint8Array(31) })],
    ['a genesis hash of 33 bytes', helloFrame({ genesisHash: new Uint8Array(33) })],
    ['an agent with a line break', helloFrame({ agent: 'a\nb' })],
    ['an agent of 65 characters', helloFrame({ agent: 'a'.repeat(65) })],
    [
      'five addresses',
      helloFrame({ listenAddresses: Array.from({ length: 5 }, () => 'a.b:1024') }),
    ],
  ])('is refused before the handshake is complete: %s', async (_, bytes) => {
    const { port } = await bench.node();
    const peer = await bench.dial(port);
    peer.write(Buffer.concat([PREFACE, bytes]));
    expect((await peer.refusal()).reason).toBe(DisconnectReason.MALFORMED);
    expect(peer.hasPreface).toBe(true);
    expect(peer.count('hello')).toBe(0);
  });

  it.each([
    ['a second Hello', helloFrame({})],
    ['length 0', Buffer.alloc(4)],
    ['length 65,537', Buffer.from('00010001', 'hex')],
    ['length 2^32-1', Buffer.from('ffffffff', 'hex')],
    ['a Ping that is no protobuf', rawFrame(0x03, Buffer.from('ffff', 'hex'))],
    ['a list of 101 peers', peerListFrame(101)],
  ])('ends an established connection: %s', async (_, bytes) => {
    const watched = await bench.node();
    const peer = await bench.join(watched.port);
    peer.write(bytes);
    expect((await peer.refusal()).reason).toBe(DisconnectReason.MALFORMED);
    expect(watched.eventsOf('disconnected')).toEqual([
      expect.objectContaining({ reason: 'malformed', by: 'local' }),
    ]);
  });

  it('is not one with frames of unknown types, up to the largest: they are skipped and counted', async () => {
    const { port, node } = await bench.node();
    const peer = await bench.join(port);
    peer.write(rawFrame(0x7f, new Uint8Array(0)));
    peer.write(rawFrame(0xff, new Uint8Array(65_535)));
    await peer.roundTrip();
    expect(node.connections()[0]?.messagesReceived['unknown']).toBe(2);
  });
});

describe('pings', () => {
  it.each([0n, 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n])(
    'with nonce %s are answered bit for bit',
    async (nonce) => {
      const { port } = await bench.node();
      const peer = await bench.join(port);
      await peer.roundTrip(nonce);
      expect(peer.count('pong')).toBe(1);
    },
  );

  it('beyond the burst are not answered, and the connection stays', async () => {
    const watched = await bench.node();
    const peer = await bench.join(watched.port);
    peer.write(Buffer.concat(Array.from({ length: 30 }, () => PING)));
    peer.send(GET_PEERS);
    await peer.next('peer-list');
    expect(peer.count('pong')).toBe(10);
    expect(
      watched.eventsOf('limit-hit').filter((event) => event.limit === 'pings-per-second'),
    ).toHaveLength(20);
    expect(peer.isOpen).toBe(true);
  });

  it('that nobody answers end the connection with TIMEOUT', async () => {
    const { port } = await bench.node({ limits: { pingIntervalMs: 100 } });
    const peer = await bench.join(port);
    peer.answersPings = false;
    expect((await peer.refusal(1_000)).reason).toBe(DisconnectReason.TIMEOUT);
    expect(peer.count('ping')).toBe(2);
  });

  it('that are answered keep it, and measure it', async () => {
    const watched = await bench.node({ limits: { pingIntervalMs: 50 } });
    const peer = await bench.join(watched.port);
    await eventually(() => watched.eventsOf('ping-measured').length >= 5, {
      withinMs: 3_000,
      what: 'five measured pings',
    });
    expect(peer.isOpen).toBe(true);
    for (const { rttMs } of watched.eventsOf('ping-measured')) expect(rttMs).toBeLessThan(100);
  });
});

describe('GetPeers', () => {
  it('is answered twice at once, then ignored; the tenth excess closes', async () => {
    const watched = await bench.node();
    const peer = await bench.join(watched.port);
    for (let i = 0; i < 11; i += 1) peer.send(GET_PEERS);
    await peer.roundTrip();
    expect(peer.count('peer-list')).toBe(2);
    peer.send(GET_PEERS);
    expect((await peer.refusal()).reason).toBe(DisconnectReason.RATE_LIMITED);
    expect(peer.count('peer-list')).toBe(2);
    expect(
      watched.eventsOf('limit-hit').filter((event) => event.limit === 'get-peers-rate'),
    ).toHaveLength(10);
  });
});

describe('a node without a free inbound slot', () => {
  const limits = { inboundMax: 2, surplusMax: 1 };

  async function fullNode() {
    const verified = await bench.node();
    const watched = await bench.node({ limits, seeds: [verified.address] });
    await eventually(() => watched.node.peers({ state: 'verified', limit: 1 }).length === 1, {
      withinMs: 2_000,
      what: 'a peer to hand out',
    });
    await bench.join(watched.port);
    await bench.join(watched.port);
    return { watched, verified };
  }

  it('completes the handshake, answers GetPeers and says goodbye with a redirect', async () => {
    const { watched, verified } = await fullNode();
    const surplus = await bench.join(watched.port);
    surplus.send(GET_PEERS);
    const { peers } = await surplus.next('peer-list');
    const goodbye = await surplus.refusal();
    expect(peers).toEqual([verified.address]);
    expect(goodbye.reason).toBe(DisconnectReason.TOO_MANY_PEERS);
    expect(goodbye.redirect).toEqual([verified.address]);
    expect(goodbye.retryAfterSeconds).toBeGreaterThan(0);
    expect(watched.node.snapshot().peers.inbound).toBe(2);
  });

  it('waits 2 s for the question, and answers others past the pool with Disconnect in place of Hello', async () => {
    const { watched, verified } = await fullNode();
    const silent = await bench.join(watched.port);
    const startedAt = performance.now();
    const turnedAway = await bench.greet(watched.port);
    const goodbye = await turnedAway.refusal();
    expect(turnedAway.count('hello')).toBe(0);
    expect(goodbye.reason).toBe(DisconnectReason.TOO_MANY_PEERS);
    expect(goodbye.redirect).toEqual([verified.address]);
    expect((await silent.refusal()).reason).toBe(DisconnectReason.TOO_MANY_PEERS);
    expect((silent.closedAt as number) - startedAt).toBeGreaterThan(1_800);
    expect((silent.closedAt as number) - startedAt).toBeLessThan(2_400);
  });

  it('never names more than 32 peers to a surplus connection', async () => {
    const listeners = await Promise.all(
      Array.from({ length: 40 }, () =>
        bench.listener((peer) => peer.write(handshakeBytes(helloOf()))),
      ),
    );
    const watched = await bench.node({
      limits: { inboundMax: 0, outboundMax: 40, outboundMin: 40, dialsPerSecond: 1_000 },
      seeds: listeners.map((listener) => listener.address),
    });
    await eventually(() => watched.node.snapshot().peers.outbound === 40, {
      withinMs: 5_000,
      what: 'forty verified peers',
    });
    const surplus = await bench.join(watched.port);
    surplus.send(GET_PEERS);
    expect((await surplus.next('peer-list')).peers).toHaveLength(32);
    expect((await surplus.refusal()).redirect).toHaveLength(16);
  });
});

it('says goodbye to everyone when it stops', async () => {
  const { port, node } = await bench.node();
  const peers: FakePeer[] = await Promise.all([
    bench.join(port),
    bench.join(port),
    bench.join(port),
  ]);
  const stopped = node.stop();
  for (const peer of peers) {
    expect((await peer.refusal()).reason).toBe(DisconnectReason.SHUTTING_DOWN);
  }
  await stopped;
});

function helloFrame(changes: Parameters<typeof helloOf>[0]): Buffer {
  return Buffer.from(encodeFrame({ type: 'hello', body: helloOf(changes) }));
}

function peerListFrame(count: number): Buffer {
  const peers = Array.from({ length: count }, (_, i) => `127.0.0.1:${2_000 + i}`);
  return Buffer.from(encodeFrame({ type: 'peer-list', body: { peers, records: [] } }));
}
