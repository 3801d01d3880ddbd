import { connect, Socket } from 'node:net';

import { connectionId as idOf } from '../../src/core/support/brand.ts';
import { startTransport, until, type TestTransport } from '../support/transport-recorder.ts';

const started: TestTransport[] = [];
const sockets: Socket[] = [];

async function start(options: Parameters<typeof startTransport>[0] = {}): Promise<TestTransport> {
  const test = await startTransport(options);
  started.push(test);
  return test;
}

function client(port: number): Socket {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => socket.destroy());
  sockets.push(socket);
  return socket;
}

/** Writes until the connection ends, whatever the answer to it is. */
function flood(socket: Socket, bytes: Uint8Array): void {
  const write = (): void => {
    if (!socket.destroyed) socket.write(bytes, () => setImmediate(write));
  };
  write();
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(started.splice(0).map(({ transport }) => transport.shutdown()));
});

describe('a peer that asks and never reads', () => {
  it('is no longer read while 32 KiB wait for it, costs little memory, and is reset after 5 s', async () => {
    const { transport, seen, port } = await start();
    const answer = new Uint8Array(8_000);
    seen.onReceived = (id) => transport.send(id, answer);
    const rssBefore = process.memoryUsage().rss;
    const socket = client(port);
    socket.pause();
    flood(socket, new Uint8Array(1_000));
    const startedAt = performance.now();
    await until('closed', () => seen.endings.length === 1, 12_000);
    expect(seen.endings).toEqual([{ id: 1, reason: 'slow-reader' }]);
    expect(seen.limitHits).toEqual(['send-drain']);
    const elapsed = performance.now() - startedAt;
    expect(elapsed).toBeGreaterThan(4_900);
    expect(elapsed).toBeLessThan(8_000);
    expect(process.memoryUsage().rss - rssBefore).toBeLessThan(48 * 2 ** 20);
  }, 20_000);

  it('is reset at once when more than 64 KiB wait for it', async () => {
    const { transport, seen, port } = await start();
    client(port).pause();
    await until('opened', () => seen.connections.length === 1);
    const chunk = new Uint8Array(60_000);
    for (let i = 0; i < 2_000 && seen.endings.length === 0; i += 1) {
      transport.send(idOf(1), chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(seen.endings).toEqual([{ id: 1, reason: 'send-buffer-full' }]);
    expect(seen.limitHits).toEqual(['send-buffer']);
  });

  it('reports an overflow after the call that caused it, not inside', async () => {
    const { transport, seen, port } = await start();
    client(port).pause();
    await until('opened', () => seen.connections.length === 1);
    for (let i = 0; i < 400; i += 1) transport.send(idOf(1), new Uint8Array(60_000));
    expect(seen.endings).toEqual([]);
    expect(seen.limitHits).toEqual([]);
    await until('reported', () => seen.endings.length === 1);
  });
});

describe('a peer that reads late', () => {
  it('is read again once half has drained, and keeps its connection', async () => {
    const { transport, seen, port } = await start();
    const socket = client(port).pause();
    await until('opened', () => seen.connections.length === 1);
    await fillUntilPaused({ transport, seen, port }, socket);
    const before = seen.bytesOf.get(idOf(1)) ?? 0;
    socket.write(new Uint8Array(100));
    socket.resume();
    await until('read again', () => (seen.bytesOf.get(idOf(1)) ?? 0) > before);
    expect(seen.endings).toEqual([]);
  });

  it('stays paused for the core when the transport no longer needs it', async () => {
    const { transport, seen, port } = await start();
    const socket = client(port).pause();
    await until('opened', () => seen.connections.length === 1);
    await fillUntilPaused({ transport, seen, port }, socket);
    transport.pauseReading(idOf(1));
    const before = seen.bytesOf.get(idOf(1)) ?? 0;
    socket.write(new Uint8Array(100));
    socket.resume();
    await until('drained', () => waitingBytesOf(transport)() === 0);
    await new Promise((resolve) => socket.write(new Uint8Array(100), resolve));
    await roundTrip(seen, port);
    expect(seen.bytesOf.get(idOf(1)) ?? 0).toBe(before);
    transport.resumeReading(idOf(1));
    await until('read', () => seen.bytesOf.get(idOf(1)) === before + 300);
  });
});

describe('writing', () => {
  it('writes all bytes of one turn at once, promise reactions included', async () => {
    const { transport, seen, port } = await start();
    const chunks: number[] = [];
    const socket = client(port);
    socket.on('data', (bytes) => chunks.push(bytes.length));
    await until('opened', () => seen.connections.length === 1);
    const writes = countWrites();
    for (let i = 0; i < 10; i += 1) transport.send(idOf(1), new Uint8Array(10));
    await Promise.resolve().then(() => transport.send(idOf(1), new Uint8Array(10)));
    await until('delivered', () => chunks.length > 0);
    expect(writes.stop()).toBe(1);
    expect(chunks).toEqual([110]);
  });

  it('keeps the order and every byte of large bursts', async () => {
    const { transport, seen, port } = await start();
    const socket = client(port);
    const received: Buffer[] = [];
    socket.on('data', (bytes) => received.push(bytes));
    await until('opened', () => seen.connections.length === 1);
    const frames = Array.from({ length: 20 }, (_, i) => new Uint8Array(1_500).fill(i));
    for (const frame of frames) transport.send(idOf(1), frame);
    await until('delivered', () => Buffer.concat(received).length === 30_000);
    expect(Buffer.concat(received).equals(Buffer.concat(frames))).toBe(true);
  });

  it('passes a byte-a-second peer on as it comes, holding nothing back', async () => {
    const { seen, port } = await start();
    const chunks: number[] = [];
    seen.onReceived = (_, bytes) => chunks.push(bytes.length);
    const socket = client(port);
    socket.setNoDelay(true);
    for (let i = 1; i <= 5; i += 1) {
      socket.write(Uint8Array.of(i));
      await until('passed on', () => chunks.length === i);
    }
    expect(chunks).toEqual([1, 1, 1, 1, 1]);
  });
});

/** Sends small frames until the peer's pings are no longer read, without overflowing. */
async function fillUntilPaused(
  { transport, seen, port }: Pick<TestTransport, 'transport' | 'seen' | 'port'>,
  socket: Socket,
): Promise<void> {
  const writable = waitingBytesOf(transport);
  while (writable() <= 32_768) {
    transport.send(idOf(1), new Uint8Array(4_000));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(seen.endings).toEqual([]);
  const before = seen.bytesOf.get(idOf(1)) ?? 0;
  await new Promise((resolve) => socket.write(new Uint8Array(100), resolve));
  await roundTrip(seen, port);
  expect(seen.bytesOf.get(idOf(1)) ?? 0).toBe(before);
}

/** Other connections' bytes come in: what was sent before them would have come in too. */
async function roundTrip(seen: TestTransport['seen'], port: number): Promise<void> {
  for (let i = 0; i < 3; i += 1) {
    const known = seen.bytesOf.size;
    const other = client(port);
    other.write(Uint8Array.of(1));
    await until('read from another', () => seen.bytesOf.size > known);
  }
}

function waitingBytesOf(transport: TestTransport['transport']): () => number {
  const { connections } = transport as unknown as {
    connections: Map<number, { waitingBytes: number }>;
  };
  return () => connections.get(1)?.waitingBytes ?? Number.POSITIVE_INFINITY;
}

/** Counts the writes of all sockets of this process. */
function countWrites(): { stop(): number } {
  const spy = jest.spyOn(Socket.prototype, 'write');
  return {
    stop: () => {
      const calls = spy.mock.calls.length;
      spy.mockRestore();
      return calls;
    },
  };
}
