import fc from 'fast-check';
import { encodeFrame } from '../../src/core/wire/message-codec.ts';
import { eventually } from '../support/eventually.ts';
import { FakePeer, handshakeBytes, helloOf, rawFrame } from '../support/fake-peer.ts';
import { NodeBench, type WatchedNode } from '../support/node-bench.ts';

jest.setTimeout(60_000);

const RUNS = 1_200;
const bench = new NodeBench();
let watched: WatchedNode;
let honest: FakePeer;

beforeAll(async () => {
  watched = await bench.node({
    limits: { inboundMax: 1_000, pendingInboundMax: 1_000, acceptsPerSecond: 100_000 },
  });
  honest = await bench.join(watched.port);
});
afterAll(() => bench.close());

/** After each test the one honest peer is still there, nobody else is, and a new one is let in. */
afterEach(expectNobodyHarmed);
async function expectNobodyHarmed(): Promise<void> {
  await eventually(() => watched.node.connections().length === 1, {
    withinMs: 5_000,
    what: 'only the honest peer is left',
  });
  expect(honest.isOpen).toBe(true);
  expect(honest.count('hello')).toBe(1);
  await honest.roundTrip();
  const fresh = await FakePeer.join(watched.port);
  await fresh.roundTrip();
  fresh.end();
}

/** Sends in the given pieces, says FIN, and waits for the node to close: it always does. */
async function send(pieces: readonly Uint8Array[]): Promise<FakePeer> {
  const peer = await FakePeer.dial(watched.port);
  for (const piece of pieces) peer.write(piece);
  peer.socket.end();
  await peer.closed(2_000);
  return peer;
}

interface Mutation {
  readonly at: number;
  readonly value: number;
  readonly kind: 'replace' | 'insert' | 'delete' | 'cut';
}

const mutation = fc.record<Mutation>({
  at: fc.nat(400),
  value: fc.nat(255),
  kind: fc.constantFrom('replace', 'insert', 'delete', 'cut'),
});

function mutate(bytes: Buffer, { at, value, kind }: Mutation): Buffer {
  const index = at % (bytes.length + 1);
  const [head, tail] = [bytes.subarray(0, index), bytes.subarray(index)];
  if (kind === 'cut') return head;
  if (kind === 'insert') return Buffer.concat([head, Buffer.of(value), tail]);
  const rest = tail.subarray(1);
  return Buffer.concat(kind === 'delete' ? [head, rest] : [head, Buffer.of(value), rest]);
}

it('random bytes get no answer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
      const peer = await send([bytes]);
      return peer.receivedBytes === 0;
    }),
    { numRuns: RUNS },
  );
});

it('mutated handshakes get one answer at most, and only after a preface', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(mutation, { minLength: 1, maxLength: 6 }),
      fc.nat(300),
      async (mutations, cut) => {
        const bytes = mutations.reduce(mutate, handshakeBytes(helloOf()));
        const peer = await send([bytes.subarray(0, cut), bytes.subarray(cut)]);
        const isPrefaced = bytes.subarray(0, 4).toString('latin1') === 'VNP1';
        return (
          (isPrefaced || peer.receivedBytes === 0) &&
          peer.count('hello') + peer.count('disconnect') <= 2
        );
      },
    ),
    { numRuns: RUNS },
  );
});

it('random and mutated frames after the handshake harm nobody else', async () => {
  const addresses = ['127.0.0.1:1024', '[::1]:65535'];
  const frames = [
    encodeFrame({ type: 'ping', body: { nonce: 2n ** 64n - 1n } }),
    encodeFrame({
      type: 'get-peers',
      body: { max: 5, knownFilter: new Uint8Array(64), filterSalt: 1, filterHashes: 7 },
    }),
    encodeFrame({ type: 'peer-list', body: { peers: addresses, records: [] } }),
    encodeFrame({
      type: 'transaction-announcement',
      body: {
        publicKey: new Uint8Array(32),
        payload: new Uint8Array(50),
        signature: new Uint8Array(64),
      },
    }),
    encodeFrame({ type: 'get-headers', body: { locator: [new Uint8Array(32)], max: 200 } }),
  ].map((frame) => Buffer.from(frame));
  const type = fc.constantFrom(0x02, 0x03, 0x04, 0x10, 0x11, 0x12, 0x20, 0x21, 0x22, 0x23, 0x7f);
  const frame = fc.oneof(
    fc.tuple(type, fc.uint8Array({ maxLength: 200 })).map(([byte, body]) => rawFrame(byte, body)),
    fc
      .tuple(fc.constantFrom(...frames), fc.array(mutation, { maxLength: 4 }))
      .map(([bytes, mutations]) => mutations.reduce(mutate, bytes)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 8 }), async (sent) => {
      const peer = await send([handshakeBytes(helloOf()), ...sent]);
      return peer.count('hello') === 1;
    }),
    { numRuns: RUNS },
  );
});
