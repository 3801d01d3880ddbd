import { connect } from 'node:net';
import { PREFACE } from '../../src/core/wire/frame-decoder.ts';
import { DisconnectReason } from '../../src/core/wire/generated/p2p.ts';
import { ephemeralIdentity } from '../../src/handshake/local-identity.ts';
import { eventually } from '../support/eventually.ts';
import { FakePeer, handshakeBytes, helloOf } from '../support/fake-peer.ts';
import { NodeBench, type WatchedNode } from '../support/node-bench.ts';
import { TamperingRelay, type Passage, type Way } from '../support/tampering-relay.ts';
import { dialTls, testIdentity, type TestIdentity } from '../support/tls-peer.ts';

jest.setTimeout(30_000);

const bench = new NodeBench();
const relays: TamperingRelay[] = [];
afterEach(async () => {
  for (const relay of relays.splice(0)) relay.close();
  await bench.close();
});

const secure = async (): Promise<WatchedNode> => bench.node({ security: 'tls' });

/** Handshakes with TLS and with a Hello of the certificate's key. */
function greet(port: number, identity: TestIdentity, changes = {}): FakePeer {
  const peer = bench.keep(dialTls(port, identity, changes));
  peer.write(handshakeBytes(helloOf({ publicKey: identity.publicKey })));
  return peer;
}

const rejections = (watched: WatchedNode): unknown[] =>
  watched.eventsOf('handshake-rejected').map(({ reason, by }) => ({ reason, by }));

async function rejected(watched: WatchedNode): Promise<unknown[]> {
  await eventually(() => rejections(watched).length > 0, { withinMs: 3_000, what: 'a rejection' });
  return rejections(watched);
}

describe('nodes with security tls', () => {
  it('connect, know each other by their keys, and talk', async () => {
    const [one, other] = [ephemeralIdentity(), ephemeralIdentity()];
    const first = await bench.node({ security: 'tls', identity: one });
    const second = await bench.node({
      security: 'tls',
      identity: other,
      seeds: [first.address],
    });
    await eventually(() => first.node.connections()[0]?.nodeId === other.nodeId, {
      withinMs: 3_000,
      what: 'the dialler known by its key',
    });
    await eventually(() => second.node.connections()[0]?.nodeId === one.nodeId, {
      withinMs: 3_000,
      what: 'the listener known by its key',
    });
    expect(second.node.connections()[0]).toMatchObject({ direction: 'outbound', security: 'tls' });
  });

  it('let a peer in whose Hello names the key of its certificate, and answer it', async () => {
    const watched = await secure();
    const peer = greet(watched.port, testIdentity());
    await peer.next('hello');
    expect(await peer.roundTrip()).toBeGreaterThan(0);
  });

  it('take the handshake in single bytes, too', async () => {
    const watched = await secure();
    const relay = await TamperingRelay.start(watched.port, (chunk) => ({
      on: [...chunk].map((byte) => Buffer.of(byte)),
    }));
    relays.push(relay);
    const peer = greet(relay.port, testIdentity());
    expect((await peer.next('hello')).chainId).toBe('testnet');
  });

  it('refuse one whose Hello names another key', async () => {
    const watched = await secure();
    const peer = bench.keep(dialTls(watched.port, testIdentity()));
    peer.write(handshakeBytes(helloOf()));
    expect((await peer.refusal()).reason).toBe(DisconnectReason.IDENTITY_MISMATCH);
    expect(await rejected(watched)).toEqual([{ reason: 'identity-mismatch', by: 'local' }]);
  });

  it('tell a plain peer that they want TLS, as soon as it has said who it is', async () => {
    const watched = await secure();
    const peer = await bench.dial(watched.port);
    peer.write(PREFACE);
    expect((await peer.refusal()).reason).toBe(DisconnectReason.SECURITY_REQUIRED);
    expect(peer.hasPreface).toBe(true);
    expect(peer.count('hello')).toBe(0);
    expect(await rejected(watched)).toEqual([{ reason: 'security-required', by: 'local' }]);
  });

  it('close a text protocol without a byte', async () => {
    const watched = await secure();
    const peer = await bench.dial(watched.port);
    peer.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await peer.closed();
    expect(peer.receivedBytes).toBe(0);
    expect(await rejected(watched)).toEqual([{ reason: 'foreign-protocol', by: 'local' }]);
  });
});

describe('nodes of different security', () => {
  type Mode = 'plain' | 'tls' | 'prefer';
  async function pair(dialler: Mode, listener: Mode): Promise<WatchedNode> {
    const first = await bench.node({ security: listener });
    return bench.node({ security: dialler, seeds: [first.address] });
  }
  const outbound = ({ node }: WatchedNode): number => node.snapshot().peers.outbound;

  it.each<[Mode, Mode]>([
    ['prefer', 'prefer'],
    ['prefer', 'tls'],
    ['tls', 'prefer'],
    ['prefer', 'plain'],
    ['plain', 'prefer'],
  ])('%s that dials %s is connected', async (dialler, listener) => {
    const node = await pair(dialler, listener);
    expect(
      await eventually(() => outbound(node) === 1, { withinMs: 3_000, what: 'connected' }),
    ).toBe(true);
  });

  it.each<[Mode, Mode]>([
    ['tls', 'plain'],
    ['plain', 'tls'],
  ])('%s that dials %s is refused', async (dialler, listener) => {
    const node = await pair(dialler, listener);
    await rejected(node);
    expect(outbound(node)).toBe(0);
  });
});

describe('a TLS peer is refused', () => {
  const expired = { from: '2020-01-01', to: '2021-01-01' };
  it.each<[string, string, TestIdentity | undefined, object]>([
    ['without a certificate', 'tls-certificate-missing', undefined, {}],
    ['with an RSA certificate', 'tls-key-not-ed25519', testIdentity('rsa'), {}],
    ['with an expired one', 'tls-certificate-expired', testIdentity('ed25519', expired), {}],
    [
      'with one of tomorrow',
      'tls-certificate-expired',
      testIdentity('ed25519', { from: '2090-01-01', to: '2091-01-01' }),
      {},
    ],
    ['without ALPN', 'tls-alpn-mismatch', testIdentity(), { ALPNProtocols: undefined }],
    ['with another ALPN', 'tls-failed', testIdentity(), { ALPNProtocols: ['h2'] }],
    ['with TLS 1.2', 'tls-failed', testIdentity(), { maxVersion: 'TLSv1.2' }],
  ])('%s: %s', async (_, reason, identity, changes) => {
    const watched = await secure();
    const peer = bench.keep(dialTls(watched.port, identity, changes));
    peer.write(handshakeBytes(helloOf({ publicKey: identity?.publicKey ?? helloOf().publicKey })));
    await peer.closed();
    expect(peer.count('hello')).toBe(0);
    const [first] = await rejected(watched);
    expect(first).toMatchObject({ reason });
    expect(watched.eventsOf('connection-established')).toEqual([]);
  });

  it('that says nothing more after its first record: when the handshake has had its time', async () => {
    const watched = await bench.node({ security: 'tls', limits: { handshakeTimeoutMs: 300 } });
    const peer = await bench.dial(watched.port);
    peer.write(Buffer.from('16030100c8010000c40303', 'hex'));
    const startedAt = performance.now();
    await peer.closed();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(await rejected(watched)).toEqual([{ reason: 'timeout', by: 'local' }]);
  });

  it('that sends noise after the first byte', async () => {
    // One in 256 has the look of a record, of which the rest is waited for.
    const watched = await bench.node({ security: 'tls', limits: { handshakeTimeoutMs: 1_000 } });
    for (let round = 0; round < 20; round += 1) {
      const socket = connect({ host: '127.0.0.1', port: watched.port });
      const peer = bench.keep(new FakePeer(socket));
      peer.write(Buffer.concat([Buffer.of(0x16), Buffer.from(helloOf().publicKey)]));
      await peer.closed();
    }
    const honest = greet(watched.port, testIdentity());
    expect((await honest.next('hello')).chainId).toBe('testnet');
  });
});

describe('a man in the middle', () => {
  /** One connection through the relay. @returns whether node and peer took it, and whether it carries a ping */
  async function attempt(
    watched: WatchedNode,
    tamper: (chunk: Buffer, way: Way, offset: number) => Passage,
    isPinged = true,
  ): Promise<{ node: boolean; peer: boolean; lasts: boolean; touched: boolean }> {
    let touched = false;
    const before = watched.eventsOf('connection-established').length;
    const relay = await TamperingRelay.start(watched.port, (chunk, way, offset) => {
      const passage = tamper(chunk, way, offset);
      const isSame = passage.back === undefined && passage.on.length === 1;
      touched ||= !(isSame && passage.on[0]?.equals(chunk) === true);
      return passage;
    });
    relays.push(relay);
    const peer = greet(relay.port, testIdentity());
    await eventually(() => !peer.isOpen || peer.count('hello') > 0, {
      withinMs: 2_000,
      what: 'an end',
    }).catch(() => undefined);
    const node = watched.eventsOf('connection-established').length > before;
    const took = peer.count('hello') > 0;
    const lasts = took && isPinged && (await peer.roundTrip(1n, 300).catch(() => false)) !== false;
    peer.end();
    relay.close();
    return { node, peer: took, lasts, touched };
  }

  const flipAt =
    (at: number, wanted: Way) =>
    (chunk: Buffer, way: Way, offset: number): Passage => {
      const index = at - offset;
      if (way !== wanted || index < 0 || index >= chunk.length) return { on: [chunk] };
      const changed = Buffer.from(chunk);
      changed[index] = (changed[index] as number) ^ 1;
      return { on: [changed] };
    };

  it('that changes nothing is not noticed', async () => {
    const watched = await secure();
    const { node, peer, lasts } = await attempt(watched, (chunk) => ({ on: [chunk] }));
    expect([node, peer, lasts]).toEqual([true, true, true]);
  });

  it('that flips a bit of what the dialler sends never has the node accept it', async () => {
    const watched = await bench.node({ security: 'tls', limits: { handshakeTimeoutMs: 250 } });
    let touched = 0;
    for (let at = 0; at < 1_100; at += 23) {
      const seen = await attempt(watched, flipAt(at, 'to-listener'), false);
      if (!seen.touched) continue;
      touched += 1;
      expect([at, seen.node]).toEqual([at, false]);
    }
    expect(touched).toBeGreaterThan(30);
  });

  it('that flips a bit of what the listener sends never has the dialler accept it', async () => {
    const watched = await bench.node({ security: 'tls', limits: { handshakeTimeoutMs: 250 } });
    let touched = 0;
    for (let at = 0; at < 900; at += 23) {
      const seen = await attempt(watched, flipAt(at, 'to-dialler'), false);
      if (!seen.touched) continue;
      touched += 1;
      expect([at, seen.peer]).toEqual([at, false]);
    }
    expect(touched).toBeGreaterThan(25);
  });

  it.each<[string, (chunk: Buffer) => Passage]>([
    ['drops', () => ({ on: [] })],
    ['repeats', (chunk) => ({ on: [chunk, chunk] })],
    ['reflects', (chunk) => ({ on: [], back: [chunk] })],
    ['cuts the end off', (chunk) => ({ on: [chunk.subarray(0, -1)] })],
  ])('that %s a part of the handshake ends it', async (_, tamper) => {
    const watched = await bench.node({ security: 'tls', limits: { handshakeTimeoutMs: 250 } });
    for (const wanted of ['to-listener', 'to-dialler'] as const) {
      for (const nth of [0, 1]) {
        const seen = { 'to-listener': 0, 'to-dialler': 0 };
        const outcome = await attempt(watched, (chunk, way) => {
          const isTarget = way === wanted && seen[way] === nth;
          seen[way] += 1;
          return isTarget ? tamper(chunk) : { on: [chunk] };
        });
        if (!outcome.touched) continue;
        expect([wanted, nth, outcome.lasts]).toEqual([wanted, nth, false]);
      }
    }
  });
});
