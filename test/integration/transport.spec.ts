import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

import { connectionId as idOf } from '../../src/core/support/brand.ts';
import {
  endpoint,
  startTransport,
  TransportRecorder,
  until,
  type TestTransport,
} from '../support/transport-recorder.ts';
import { SilentListener } from '../support/transport-silent-listener.ts';
import { DEFAULT_TRANSPORT_LIMITS } from '../../src/core/support/limits.ts';
import { TcpTransport } from '../../src/transport/tcp-transport.ts';

const started: TestTransport[] = [];
const sockets: Socket[] = [];
const servers: Server[] = [];

async function start(options: Parameters<typeof startTransport>[0] = {}): Promise<TestTransport> {
  const test = await startTransport(options);
  started.push(test);
  return test;
}

function client(port: number, host = '127.0.0.1'): Socket {
  const socket = connect({ host, port });
  socket.on('error', () => undefined);
  sockets.push(socket);
  return socket;
}

async function rawServer(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}

function keepBusy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
  await Promise.all(started.splice(0).map(({ transport }) => transport.shutdown()));
});

describe('opening', () => {
  it('numbers accepted connections oddly from 1 and names both ends', async () => {
    const { seen, port } = await start();
    const first = client(port);
    await until('first', () => seen.connections.length === 1);
    client(port);
    await until('second', () => seen.connections.length === 2);
    expect(seen.connections.map(({ connectionId }) => connectionId)).toEqual([1, 3]);
    expect(seen.connections[0]).toMatchObject({
      direction: 'inbound',
      remote: { key: `127.0.0.1:${first.localPort}`, kind: 'ipv4' },
      local: { key: `127.0.0.1:${port}` },
    });
  });

  it('gives an IPv4 peer of a dual-stack listener its IPv4 address', async () => {
    const { seen, port } = await start({ host: '::' });
    client(port);
    await until('opened', () => seen.connections.length === 1);
    expect(seen.connections[0]?.remote).toMatchObject({ host: '127.0.0.1', kind: 'ipv4' });
    expect(seen.connections[0]?.local.key).toBe(`127.0.0.1:${port}`);
  });

  it('dials with the id of the caller, and both sides exchange bytes', async () => {
    const a = await start();
    const b = await start();
    b.seen.onReceived = (id, bytes) => b.transport.send(id, bytes);
    a.transport.dial(idOf(2), b.address, 1_000);
    await until('opened', () => a.seen.connections.length === 1);
    expect(a.seen.connections[0]).toMatchObject({ connectionId: 2, direction: 'outbound' });
    a.transport.send(idOf(2), Uint8Array.of(1, 2, 3));
    await until('echo', () => a.seen.bytesOf.get(idOf(2)) === 3);
  });

  it('opens both connections when two nodes dial each other at once', async () => {
    const a = await start();
    const b = await start();
    a.transport.dial(idOf(2), b.address, 1_000);
    b.transport.dial(idOf(2), a.address, 1_000);
    await until('four ends', () => a.seen.connections.length + b.seen.connections.length === 4);
    const ids = a.seen.connections.map(({ connectionId }) => connectionId).sort((x, y) => x - y);
    expect(ids).toEqual([1, 2]);
  });

  it('says why a dial failed', async () => {
    const { transport, seen } = await start();
    const free = await rawServer(() => undefined);
    await new Promise<void>((resolve) => servers[0]?.close(() => resolve()));
    transport.dial(idOf(2), endpoint(`127.0.0.1:${free}`), 1_000);
    transport.dial(idOf(4), endpoint('node.example.com:7071'), 1_000);
    await until('failures', () => seen.failures.length === 2);
    expect(seen.failures).toContainEqual({ id: 2, failure: 'connection-refused' });
    expect(seen.failures).toContainEqual({ id: 4, failure: 'transport-error' });
  });

  it('gives a dial up after its timeout, and in silence when it is cancelled', async () => {
    const { transport, seen } = await start();
    const listener = await SilentListener.start();
    const silent = endpoint(`127.0.0.1:${listener.port}`);
    transport.dial(idOf(2), silent, 150);
    transport.dial(idOf(4), silent, 150);
    transport.cancelDial(idOf(4));
    await until('timeout', () => seen.failures.length === 1);
    transport.dial(idOf(6), silent, 50);
    await until('another timeout', () => seen.failures.length === 2);
    expect(seen.failures.map(({ id }) => id)).toEqual([2, 6]);
    expect(seen.failures[0]?.failure).toBe('dial-timeout');
    await listener.stop();
  });

  it('refuses to start on a port in use, naming address and cause', async () => {
    const { port } = await start();
    const second = new TcpTransport({
      host: '127.0.0.1',
      port,
      limits: DEFAULT_TRANSPORT_LIMITS,
      acceptsPerSecond: 10,
    });
    await expect(second.listen(new TransportRecorder())).rejects.toMatchObject({
      code: 'VN_ERR_CANNOT_LISTEN',
      exitCode: 69,
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
    await expect(second.listen(new TransportRecorder())).rejects.toThrow('EADDRINUSE');
  });

  it('turns away what comes faster than the accept rate', async () => {
    const { seen, port } = await start({ acceptsPerSecond: 5 });
    for (let i = 0; i < 20; i += 1) client(port);
    await until('limit', () => seen.limitHits.length >= 14);
    expect(seen.connections.length).toBeLessThanOrEqual(6);
    expect(new Set(seen.limitHits)).toEqual(new Set(['accepts-per-second']));
  });
});

describe('ending', () => {
  it('delivers the last bytes of a flushed connection, even to a peer that is still sending', async () => {
    const { transport, seen, port } = await start();
    const last = new Uint8Array(40_000).fill(7);
    seen.onReceived = (id) => {
      transport.send(id, last);
      transport.close(id, 'flush');
    };
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    sockets.push(socket);
    const errors: Error[] = [];
    let got = 0;
    socket.on('data', (bytes) => (got += bytes.length)).on('error', (error) => errors.push(error));
    socket.write(new Uint8Array(100_000));
    await new Promise((resolve) => socket.on('end', resolve));
    await new Promise((resolve) => socket.write(new Uint8Array(100_000), resolve));
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.end(new Uint8Array(1_000));
    await closed;
    expect(errors).toEqual([]);
    expect(got).toBe(40_000);
    expect(seen.endings).toEqual([]);
  });

  it('destroys a flushed connection whose peer neither reads nor closes', async () => {
    const { transport, seen } = await start({ limits: { closeFlushMs: 200 } });
    const port = await rawServer((socket) => socket.pause());
    transport.dial(idOf(2), endpoint(`127.0.0.1:${port}`), 1_000);
    await until('opened', () => seen.connections.length === 1);
    transport.send(idOf(2), new Uint8Array(60_000));
    transport.close(idOf(2), 'flush');
    const startedAt = performance.now();
    await transport.shutdown();
    expect(performance.now() - startedAt).toBeLessThan(600);
    expect(seen.endings).toEqual([]);
  });

  it('reports a peer that closed, also one that closed only its half, and still answers it', async () => {
    const { transport, seen, port } = await start();
    seen.onReceived = (id, bytes) => transport.send(id, bytes);
    const half = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    sockets.push(half);
    let got = 0;
    half.on('data', (bytes) => (got += bytes.length));
    half.end(new Uint8Array(10));
    await until('reported', () => seen.endings.length === 1);
    await until('answered', () => got === 10);
    expect(seen.endings).toEqual([{ id: 1, reason: 'remote-closed' }]);
  });

  it('hands over all that a peer sent before it closed, however busy this side is', async () => {
    const { seen, port } = await start();
    const order: (number | string)[] = [];
    seen.onReceived = (_, bytes) => {
      keepBusy(2);
      order.push(bytes.length);
    };
    seen.onClosed = (_, reason) => order.push(reason);
    const sent = 40_000;
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        const socket = client(port);
        await once(socket, 'connect');
        socket.end(new Uint8Array(sent));
      }),
    );
    await until('five endings', () => seen.endings.length === 5);
    expect([...seen.bytesOf.values()]).toEqual(Array.from({ length: 5 }, () => sent));
    expect(order.at(-1)).toBe('remote-closed');
    expect(order.filter((what) => what === 'remote-closed')).toHaveLength(5);
  });

  it('hands over what a peer sent before it reset, too, and then tells of the reset', async () => {
    const { seen, port } = await start();
    seen.onReceived = () => keepBusy(5);
    const socket = client(port);
    await once(socket, 'connect');
    socket.write(new Uint8Array(30_000));
    await until('the first piece', () => seen.bytesOf.size > 0);
    socket.resetAndDestroy();
    await until('the ending', () => seen.endings.length === 1);
    expect(seen.endings[0]?.reason).toBe('connection-reset');
    expect([...seen.bytesOf.values()]).toEqual([30_000]);
  });

  it('tells a reset from a close', async () => {
    const { seen, port } = await start();
    const socket = client(port);
    await until('opened', () => seen.connections.length === 1);
    socket.resetAndDestroy();
    await until('reported', () => seen.endings.length === 1);
    expect(seen.endings).toEqual([{ id: 1, reason: 'connection-reset' }]);
  });

  it('aborts at once, in silence, without what was sent in the same turn', async () => {
    const { transport, seen, port } = await start();
    let got = 0;
    seen.onOpened = ({ connectionId }) => {
      transport.send(connectionId, new Uint8Array(10));
      transport.close(connectionId, 'abort');
      transport.send(connectionId, new Uint8Array(10));
    };
    const socket = client(port);
    socket.on('data', (bytes) => (got += bytes.length));
    await new Promise((resolve) => socket.on('close', resolve));
    expect({ got, endings: seen.endings }).toEqual({ got: 0, endings: [] });
  });

  it('keeps no socket after 500 connections came and went, most of them rudely', async () => {
    const { transport, seen, port } = await start({ acceptsPerSecond: 10_000 });
    for (let round = 0; round < 10; round += 1) {
      const batch = Array.from({ length: 50 }, () => client(port));
      await until('accepted', () => seen.connections.length === 50 * (round + 1));
      batch.forEach((socket, i) => (i % 3 === 0 ? socket.end() : socket.resetAndDestroy()));
      await until('ended', () => seen.endings.length === 50 * (round + 1));
    }
    const startedAt = performance.now();
    await transport.shutdown();
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect(new Set(seen.endings.map(({ id }) => id)).size).toBe(500);
  }, 20_000);

  it('keeps open connections when it stops to listen, and ends them at shutdown', async () => {
    const { transport, seen, port } = await start();
    const socket = client(port);
    await until('opened', () => seen.connections.length === 1);
    transport.stopListening();
    const late = client(port);
    await new Promise((resolve) => late.on('close', resolve));
    transport.send(idOf(1), new Uint8Array(5));
    let got = 0;
    socket.on('data', (bytes) => (got += bytes.length));
    await until('served', () => got === 5);
    await Promise.all([transport.shutdown(), transport.shutdown()]);
    expect(seen.connections.length).toBe(1);
  });
});
