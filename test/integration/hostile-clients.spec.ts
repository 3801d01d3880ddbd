import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { DisconnectReason } from '../../src/core/wire/generated/p2p.ts';
import { encodeFrame } from '../../src/core/wire/message-codec.ts';
import { PREFACE } from '../../src/core/wire/frame-decoder.ts';
import { eventually } from '../support/eventually.ts';
import { FakePeer, handshakeBytes, helloOf, rawFrame } from '../support/fake-peer.ts';
import { NodeBench } from '../support/node-bench.ts';
import { NodeProcess } from '../support/node-process.ts';

jest.setTimeout(60_000);

const MIB = 1_048_576;
const PING = encodeFrame({ type: 'ping', body: { nonce: 1n } });
const GET_PEERS = encodeFrame({
  type: 'get-peers',
  body: { max: 0, knownFilter: new Uint8Array(0), filterSalt: 0, filterHashes: 0 },
});
const FOUR_GIB = Buffer.from('ffffffff', 'hex');

const bench = new NodeBench();
afterEach(() => bench.close());

/** Shakes hands, then writes one frame as fast as the socket takes it and never reads a byte. */
class Flooder {
  closedAfterMs: number | undefined;
  private readonly startedAt = performance.now();
  private readonly socket: Socket;
  private readonly block: Buffer;

  constructor(port: number, frame: Uint8Array) {
    this.block = Buffer.concat(Array.from({ length: 1_000 }, () => frame));
    this.socket = connect({ host: '127.0.0.1', port }).pause();
    this.socket.on('error', () => this.socket.destroy());
    this.socket.on('close', () => (this.closedAfterMs ??= performance.now() - this.startedAt));
    this.socket.on('drain', () => this.pour());
    this.socket.write(handshakeBytes(helloOf()), () => this.pour());
  }

  end(): void {
    this.socket.destroy();
  }

  private pour(): void {
    while (this.socket.writable && this.socket.write(this.block));
  }
}

describe('eight honest peers of a node under attack', () => {
  const honest: FakePeer[] = [];
  const hostile: { end(): void }[] = [];
  let target: NodeProcess;

  beforeAll(async () => {
    target = await NodeProcess.create({ security: 'plain' });
    await target.start();
    for (let i = 0; i < 8; i += 1) honest.push(await FakePeer.join(target.httpPort + 1));
  });

  afterAll(async () => {
    for (const peer of [...honest, ...hostile]) peer.end();
    await target.dispose();
  });

  const port = (): number => target.httpPort + 1;
  const keep = <T extends { end(): void }>(client: T): T => {
    hostile.push(client);
    return client;
  };

  function residentBytes(): number {
    const status = readFileSync(`/proc/${target.pid}/status`, 'ascii');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
  }

  it('stay connected and get their Pongs, and the attackers are closed within their limits', async () => {
    for (const peer of honest) await peer.roundTrip();
    const baseline = residentBytes();
    const asking = keep(new Flooder(port(), GET_PEERS));
    const pinging = keep(new Flooder(port(), PING));
    const dripping = keep(await FakePeer.dial(port()));
    const dripStartedAt = performance.now();
    const dripped = dripping.drip(handshakeBytes(helloOf()), 1_000);
    const stalled = keep(await FakePeer.join(port()));
    const stalledAt = performance.now();
    stalled.write(rawFrame(0x03, new Uint8Array(9)).subarray(0, 6));
    const huge = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const peer = keep(await FakePeer.greet(port()));
        peer.write(FOUR_GIB);
        return peer;
      }),
    );

    let peak = baseline;
    const waits: number[] = [];
    await eventually(
      async () => {
        for (const peer of honest) waits.push(await peer.roundTrip());
        peak = Math.max(peak, residentBytes());
        return pinging.closedAfterMs !== undefined && !stalled.isOpen;
      },
      { withinMs: 20_000, everyMs: 4_100, what: 'the last attacker is closed' },
    );
    await dripped;

    for (const peer of huge) {
      expect((await peer.refusal()).reason).toBe(DisconnectReason.MALFORMED);
    }
    expect(asking.closedAfterMs).toBeLessThan(3_000);
    expect(pinging.closedAfterMs).toBeLessThan(16_000);
    expect((dripping.closedAt as number) - dripStartedAt).toBeLessThan(5_500);
    expect((stalled.closedAt as number) - stalledAt).toBeGreaterThan(9_500);
    expect((stalled.closedAt as number) - stalledAt).toBeLessThan(11_000);

    waits.sort((a, b) => a - b);
    expect(waits[waits.length >> 1]).toBeLessThan(100);
    expect(peak - baseline).toBeLessThan(32 * MIB);
    expect(target.isRunning).toBe(true);
    for (const peer of honest) {
      expect(peer.isOpen).toBe(true);
      expect(peer.count('hello')).toBe(1);
    }
    await (await FakePeer.join(port())).roundTrip();
  });
});

describe('one hostile client', () => {
  it('whose frame is never complete is closed with TIMEOUT, however it drips', async () => {
    const watched = await bench.node({ limits: { frameTimeoutMs: 300 } });
    const peer = await bench.join(watched.port);
    const startedAt = performance.now();
    const dripped = peer.drip(rawFrame(0x7f, new Uint8Array(1_000)), 20);
    expect((await peer.refusal()).reason).toBe(DisconnectReason.TIMEOUT);
    await dripped;
    expect((peer.closedAt as number) - startedAt).toBeGreaterThan(250);
    expect((peer.closedAt as number) - startedAt).toBeLessThan(1_000);
    expect(watched.eventsOf('limit-hit')).toEqual([
      expect.objectContaining({ limit: 'frame-timeout' }),
    ]);
  });

  it('that never reads its answers is closed when they do not drain', async () => {
    const unlimited = 10_000_000;
    const watched = await bench.node({
      limits: {
        messagesPerSecond: unlimited,
        messageBurst: unlimited,
        pingsPerSecond: unlimited,
        pingBurst: unlimited,
      },
      transportLimits: { sendDrainTimeoutMs: 500 },
    });
    const honest = await bench.join(watched.port);
    const flooder = new Flooder(watched.port, PING);
    try {
      const [ended] = await eventually(
        () => {
          const events = watched.eventsOf('disconnected');
          return events.length > 0 && events;
        },
        { withinMs: 20_000, what: 'the flooder is closed' },
      );
      expect(['slow-reader', 'send-buffer-full']).toContain(ended?.reason);
      await honest.roundTrip();
    } finally {
      flooder.end();
    }
  });

  it('that keeps to no rate is closed when its pauses add up', async () => {
    const watched = await bench.node({ limits: { messagePauseMaxMs: 1_000 } });
    const flooder = new Flooder(watched.port, rawFrame(0x7f, new Uint8Array(10)));
    try {
      const [ended] = await eventually(
        () => {
          const events = watched.eventsOf('disconnected');
          return events.length > 0 && events;
        },
        { withinMs: 5_000, what: 'the flooder is closed' },
      );
      expect(ended).toMatchObject({ reason: 'rate-limited', by: 'local' });
      expect(ended?.connectedMs).toBeGreaterThanOrEqual(1_000);
      expect(ended?.connectedMs).toBeLessThan(2_500);
    } finally {
      flooder.end();
    }
  });

  it('that resets in the middle of a frame leaves nothing behind', async () => {
    const { port, node } = await bench.node();
    for (let i = 0; i < 100; i += 1) {
      const peer = i % 2 === 0 ? await bench.join(port) : await bench.dial(port);
      peer.write(i % 2 === 0 ? PING.subarray(0, 7) : PREFACE.subarray(0, 3));
      peer.socket.resetAndDestroy();
    }
    await eventually(() => node.connections().length === 0, {
      withinMs: 2_000,
      what: 'all connections are gone',
    });
    await (await bench.join(port)).roundTrip();
  });
});
