import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { PacedSocket } from '../../src/http/paced-socket.ts';
import { eventually } from '../support/eventually.ts';

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

async function pair(): Promise<{ client: Socket; paced: PacedSocket }> {
  const server = createServer({ allowHalfOpen: true });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const { port } = server.address() as { port: number };
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  client.on('error', () => client.destroy());
  sockets.push(client);
  const [raw] = await accepted;
  const paced = new PacedSocket(raw);
  paced.on('error', () => undefined);
  return { client, paced };
}

const bytes = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, i) => i & 255));

describe('a connection that is read in pieces', () => {
  it('gives everything, in order, no more than a kilobyte at once', async () => {
    const { client, paced } = await pair();
    const pieces: Buffer[] = [];
    paced.on('data', (piece: Buffer) => pieces.push(piece));
    const sent = bytes(300_000);
    client.end(sent);
    await once(paced, 'end');
    expect(Buffer.concat(pieces).equals(sent)).toBe(true);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(1_024);
  });

  it('ends after all that was sent, however busy its reader is', async () => {
    const { client, paced } = await pair();
    let received = 0;
    paced.on('data', ({ length }: Buffer) => {
      received += length;
      const until = performance.now() + 1;
      while (performance.now() < until);
    });
    client.end(bytes(30_000));
    await once(paced, 'end');
    expect(received).toBe(30_000);
  });

  it('gives nothing more once it is destroyed, even of what was read', async () => {
    const { client, paced } = await pair();
    let received = 0;
    paced.on('data', ({ length }: Buffer) => {
      received += length;
      paced.destroy();
    });
    client.write(bytes(60_000));
    client.resume();
    const isOver = (): boolean => client.readableEnded || client.destroyed;
    await eventually(isOver, { withinMs: 2_000, what: 'the end' });
    expect(received).toBeLessThanOrEqual(1_024);
  });

  it('does not read on while its reader is paused', async () => {
    const { client, paced } = await pair();
    paced.on('data', () => paced.pause());
    let written = 0;
    while (client.write(bytes(65_536), () => (written += 65_536)) || client.bytesWritten === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      if (client.writableLength > 1_000_000 || written > 50_000_000) break;
    }
    await eventually(() => client.writableLength > 0, { withinMs: 2_000, what: 'back pressure' });
    expect(paced.readableLength).toBeLessThan(140_000);
    expect(written).toBeLessThan(50_000_000);
  });

  it('answers after the far end has ended its side, and then ends', async () => {
    const { client, paced } = await pair();
    paced.on('data', () => undefined);
    paced.on('end', () => {
      paced.write('answer');
      paced.destroySoon();
    });
    const answered: Buffer[] = [];
    client.on('data', (piece) => answered.push(piece));
    client.end('question');
    await once(client, 'end');
    expect(Buffer.concat(answered).toString()).toBe('answer');
    await eventually(() => paced.destroyed, { withinMs: 1_000, what: 'its end' });
  });

  it('holds answers back while the far end does not read them', async () => {
    const { client, paced } = await pair();
    client.pause();
    paced.on('data', () => undefined);
    let turns = 0;
    while (paced.write(bytes(65_536)) && turns < 1_000) {
      turns += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => paced.writableNeedDrain, { withinMs: 2_000, what: 'back pressure' });
    expect(turns).toBeLessThan(1_000);
  });

  it('ends with the connection, and tells of time-outs', async () => {
    const { client, paced } = await pair();
    paced.on('data', () => undefined);
    const timedOut = once(paced, 'timeout');
    paced.setTimeout(30);
    await timedOut;
    client.resetAndDestroy();
    await eventually(() => paced.destroyed, { withinMs: 1_000, what: 'its end' });
  });
});
