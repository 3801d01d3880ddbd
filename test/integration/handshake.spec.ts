import { DisconnectReason } from '../../src/core/wire/generated/p2p.ts';
import { PREFACE } from '../../src/core/wire/frame-decoder.ts';
import { eventually } from '../support/eventually.ts';
import { FakePeer, handshakeBytes, helloOf } from '../support/fake-peer.ts';
import { NodeBench } from '../support/node-bench.ts';

jest.setTimeout(20_000);

const bench = new NodeBench();
afterEach(() => bench.close());

const OTHER_GENESIS = new Uint8Array(32).fill(9);
const NETWORK_MISMATCHES = [
  [
    'protocol-version-mismatch',
    { protocolVersion: 2 },
    { expected: '1', got: '2' },
    DisconnectReason.PROTOCOL_VERSION_MISMATCH,
  ],
  [
    'chain-id-mismatch',
    { chainId: 'mainnet' },
    { expected: 'testnet', got: 'mainnet' },
    DisconnectReason.CHAIN_ID_MISMATCH,
  ],
  [
    'genesis-mismatch',
    { genesisHash: OTHER_GENESIS },
    {
      expected: Buffer.from(helloOf().genesisHash).toString('hex'),
      got: Buffer.from(OTHER_GENESIS).toString('hex'),
    },
    DisconnectReason.GENESIS_MISMATCH,
  ],
] as const;

describe('a peer of another network', () => {
  it.each(NETWORK_MISMATCHES)(
    'that dials is refused with %s',
    async (reason, wrong, values, code) => {
      const watched = await bench.node();
      const peer = await bench.greet(watched.port, wrong);
      const sentAt = performance.now();
      expect((await peer.refusal()).reason).toBe(code);
      expect((peer.closedAt as number) - sentAt).toBeLessThan(100);
      expect(peer.count('hello')).toBe(0);
      expect(watched.eventsOf('handshake-rejected')).toEqual([
        expect.objectContaining({ direction: 'inbound', by: 'local', reason, ...values }),
      ]);
      expect(watched.node.peers({ state: 'verified', limit: 10 })).toEqual([]);
      expect(watched.eventsOf('peer-saved')).toEqual([]);
    },
  );

  it.each(NETWORK_MISMATCHES)(
    'that is dialled is refused with %s',
    async (reason, wrong, values, code) => {
      let sentAt = 0;
      const listener = await bench.listener((peer) => {
        sentAt = performance.now();
        peer.write(handshakeBytes(helloOf(wrong)));
      });
      const watched = await bench.node({ seeds: [listener.address] });
      const peer = await listener.next();
      expect((await peer.refusal()).reason).toBe(code);
      expect((peer.closedAt as number) - sentAt).toBeLessThan(100);
      expect(watched.eventsOf('handshake-rejected')).toEqual([
        expect.objectContaining({
          direction: 'outbound',
          peer: listener.address,
          by: 'local',
          reason,
          ...values,
        }),
      ]);
      expect(watched.node.peers({ state: 'verified', limit: 10 })).toEqual([]);
      expect(watched.eventsOf('peer-saved')).toEqual([]);
      expect(watched.eventsOf('dial-finished')).toEqual([
        expect.objectContaining({ address: listener.address, outcome: reason }),
      ]);
    },
  );

  it('that refuses us names the same reason in our event, seen from our side', async () => {
    const [theirs, ours] = await Promise.all([
      bench.node({ chainId: 'lab', genesisHash: '11'.repeat(32) }),
      bench.listener(),
    ]);
    await ours.close();
    const watched = await bench.node({ seeds: [theirs.address] });
    const [rejected] = await eventually(
      () => {
        const events = watched.eventsOf('handshake-rejected');
        return events.length > 0 && events;
      },
      { withinMs: 2_000, what: 'a rejected handshake' },
    );
    expect(rejected).toMatchObject({
      by: 'remote',
      reason: 'chain-id-mismatch',
      expected: 'testnet',
      got: 'lab',
    });
  });
});

describe('a listener', () => {
  it('sends nothing before it has read the preface, and only Hello after the first frame', async () => {
    const { port } = await bench.node();
    const peer = await bench.dial(port);
    const bytes = handshakeBytes(helloOf());
    const other = await bench.join(port);
    await other.roundTrip();
    expect(peer.receivedBytes).toBe(0);
    peer.write(bytes.subarray(0, PREFACE.length));
    await other.roundTrip();
    await other.roundTrip();
    expect(peer.receivedBytes).toBe(0);
    peer.write(bytes.subarray(PREFACE.length));
    await peer.next('hello');
  });

  it('takes a handshake at every split into two writes', async () => {
    const { port } = await bench.node({ limits: { inboundMax: 1_000 } });
    for (let cut = 1; cut < handshakeBytes(helloOf()).length; cut += 1) {
      const peer = await bench.dial(port);
      const bytes = handshakeBytes(helloOf());
      peer.write(bytes.subarray(0, cut));
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      peer.write(bytes.subarray(cut));
      expect((await peer.next('hello')).chainId).toBe('testnet');
      peer.end();
    }
  });

  it('takes a handshake that comes byte by byte in time, and what follows in the same write', async () => {
    const { port } = await bench.node();
    const dripping = await bench.dial(port);
    await dripping.drip(handshakeBytes(helloOf()), 1);
    await dripping.next('hello');
    const eager = await bench.dial(port);
    eager.write(
      Buffer.concat([
        handshakeBytes(helloOf()),
        Buffer.from('0000000a03090100000000000000', 'hex'),
      ]),
    );
    expect((await eager.next('pong')).nonce).toBe(1n);
  });

  it.each([
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['SSH', Buffer.from('SSH-2.0-x\r\n')],
    ['a wrong version of the preface', Buffer.from('VNP2')],
    ['random bytes', Buffer.from('9f3c77a1d2e4', 'hex')],
    ['one wrong byte', Buffer.from('X')],
  ])('closes %s in silence', async (_, bytes) => {
    const watched = await bench.node();
    const peer = await bench.dial(watched.port);
    peer.write(bytes);
    await peer.closed(1_000);
    expect(peer.receivedBytes).toBe(0);
    expect(watched.eventsOf('handshake-rejected')).toEqual([
      expect.objectContaining({ reason: 'foreign-protocol' }),
    ]);
  });

  it('ends a handshake that drips for longer than its limit', async () => {
    const watched = await bench.node({ limits: { handshakeTimeoutMs: 300 } });
    const peer = await bench.dial(watched.port);
    const startedAt = performance.now();
    const dripped = peer.drip(handshakeBytes(helloOf()), 20);
    expect((await peer.refusal()).reason).toBe(DisconnectReason.TIMEOUT);
    await dripped;
    expect((peer.closedAt as number) - startedAt).toBeGreaterThan(250);
    expect((peer.closedAt as number) - startedAt).toBeLessThan(900);
    expect(watched.eventsOf('limit-hit')).toEqual([
      expect.objectContaining({ limit: 'handshake-timeout' }),
    ]);
  });

  it('gives a handshake 5 s and no more, and says nothing to who has not sent the preface', async () => {
    const { port } = await bench.node();
    const [silent, half] = await Promise.all([bench.dial(port), bench.dial(port)]);
    half.write(PREFACE);
    const startedAt = performance.now();
    expect((await half.refusal(6_000)).reason).toBe(DisconnectReason.TIMEOUT);
    await silent.closed(1_000);
    expect(silent.receivedBytes).toBe(0);
    for (const peer of [silent, half]) {
      expect((peer.closedAt as number) - startedAt).toBeGreaterThan(4_800);
      expect((peer.closedAt as number) - startedAt).toBeLessThan(5_500);
    }
  });
});

it('ends the connection of a peer that says goodbye, without an answer', async () => {
  const watched = await bench.node();
  const peer: FakePeer = await bench.join(watched.port);
  peer.send({
    type: 'disconnect',
    body: {
      reason: DisconnectReason.SHUTTING_DOWN,
      detail: '',
      retryAfterSeconds: 0,
      redirect: [],
    },
  });
  await peer.closed();
  expect(peer.count('disconnect')).toBe(0);
  expect(watched.eventsOf('disconnected')).toEqual([
    expect.objectContaining({ reason: 'shutting-down', by: 'remote' }),
  ]);
});
