import { connect } from 'node:net';
import { DEFAULT_TRANSPORT_LIMITS } from '../../src/core/support/limits.ts';
import { TcpTransport } from '../../src/transport/tcp-transport.ts';
import { TlsChannel } from '../../src/transport/tls-channel.ts';
import { eventually } from '../support/eventually.ts';
import { handshakeBytes, helloOf, rawFrame, type FakePeer } from '../support/fake-peer.ts';
import { KeyUpdates } from '../support/key-updates.ts';
import { NodeBench, type WatchedNode } from '../support/node-bench.ts';
import { TransportRecorder } from '../support/transport-recorder.ts';
import { dialTls, testIdentity } from '../support/tls-peer.ts';

jest.setTimeout(30_000);

const { tlsRecordBurst, tlsRecordsPerSecond } = DEFAULT_TRANSPORT_LIMITS;
const UNKNOWN_TYPE = 200;
const FRAME_BYTES = 65_000;

const bench = new NodeBench();
afterEach(() => bench.close());

const limitHits = (watched: WatchedNode): string[] =>
  watched.eventsOf('limit-hit').map(({ limit }) => limit);

async function joined(watched: WatchedNode) {
  const identity = testIdentity();
  const peer = bench.keep(dialTls(watched.port, identity));
  peer.write(handshakeBytes(helloOf({ publicKey: identity.publicKey })));
  await peer.next('hello');
  return peer;
}

async function keyUpdates(watched: WatchedNode): Promise<KeyUpdates> {
  const raw = connect({ host: '127.0.0.1', port: watched.port, noDelay: true });
  return KeyUpdates.begin(raw, testIdentity());
}

/** Node puts into one record what is written while a write is under way. */
async function inSingleBytes(peer: FakePeer, bytes: Uint8Array): Promise<void> {
  for (const byte of bytes) {
    if (!peer.isOpen) return;
    await new Promise((resolve) => peer.socket.write(Uint8Array.of(byte), resolve));
  }
}

describe('a node with TLS', () => {
  it('ends who asks for new keys without end, says so, and goes on with others', async () => {
    const watched = await bench.node({ security: 'tls' });
    const honest = await joined(watched);
    const hostile = await keyUpdates(watched);
    hostile.send(tlsRecordBurst * 2);
    await eventually(() => hostile.secure.destroyed, { withinMs: 3_000, what: 'an end' });
    expect(limitHits(watched)).toEqual(['tls-records']);
    expect(await honest.roundTrip()).toBeGreaterThan(0);
  });

  it('gives new keys to who asks for them now and then', async () => {
    const watched = await bench.node({ security: 'tls', limits: { handshakeTimeoutMs: 1_000 } });
    const peer = await keyUpdates(watched);
    peer.send(tlsRecordsPerSecond);
    await eventually(() => peer.secure.destroyed, { withinMs: 3_000, what: 'no Hello, no place' });
    expect(limitHits(watched)).toEqual(['handshake-timeout']);
  });

  it('ends who sends a legal frame in records of one byte each', async () => {
    const watched = await bench.node({ security: 'tls' });
    const honest = await joined(watched);
    const hostile = await joined(watched);
    await inSingleBytes(hostile, rawFrame(UNKNOWN_TYPE, new Uint8Array(FRAME_BYTES)));
    await hostile.closed();
    expect(limitHits(watched)).toEqual(['tls-records']);
    expect(await honest.roundTrip()).toBeGreaterThan(0);
  });

  it('takes a Hello in records of one byte each', async () => {
    const watched = await bench.node({ security: 'tls' });
    const identity = testIdentity();
    const peer = bench.keep(dialTls(watched.port, identity));
    await inSingleBytes(peer, handshakeBytes(helloOf({ publicKey: identity.publicKey })));
    expect((await peer.next('hello')).chainId).toBe('testnet');
  });

  it('takes the largest frames as fast as they come', async () => {
    const watched = await bench.node({ security: 'tls' });
    const peer = await joined(watched);
    for (let i = 0; i < 100; i += 1) {
      peer.write(rawFrame(UNKNOWN_TYPE, new Uint8Array(FRAME_BYTES)));
    }
    expect(await peer.roundTrip(1n, 10_000)).toBeGreaterThan(0);
    expect(limitHits(watched)).toEqual([]);
  });
});

it('a TLS socket is gone when its far end has hung up', async () => {
  const transport = new TcpTransport({
    host: '127.0.0.1',
    port: 0,
    limits: DEFAULT_TRANSPORT_LIMITS,
    acceptsPerSecond: 100,
    channel: new TlsChannel(testIdentity()),
  });
  const seen = new TransportRecorder();
  const port = await transport.listen(seen);
  const peer = bench.keep(dialTls(port, testIdentity()));
  await eventually(() => seen.securedBy.size === 1, { withinMs: 3_000, what: 'a handshake' });
  peer.end();
  const { alive } = transport as unknown as { alive: Set<unknown> };
  await eventually(() => alive.size === 0, { withinMs: 3_000, what: 'no socket' });
  await transport.shutdown();
});
