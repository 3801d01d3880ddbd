import { createServer, type AddressInfo, type Server } from 'node:net';
import { createNode } from '../../src/create-node.ts';
import type { RunningNode } from '../../src/runtime/running-node.ts';
import { eventually } from '../support/eventually.ts';
import { NodeProcess } from '../support/node-process.ts';

jest.setTimeout(90_000);

const SILENT = 24;
const CLOSED = 12;
const GOOD = 9;
const OUTBOUND_MAX = 16;
/** Sockets that the node has closed and this process has not yet seen close. */
const CLOSING = 2;
/** Every silent seed has had its ten seconds more than once by then. */
const WATCHED_MS = 32_000;

interface Status {
  readonly peers: { readonly outbound: number };
}

const servers: Server[] = [];
const good: RunningNode[] = [];
let openAtSilent = 0;
let everAtSilent = 0;

async function listenerThatIsSilent(): Promise<string> {
  const server = createServer((socket) => {
    openAtSilent += 1;
    everAtSilent += 1;
    socket.on('error', () => {});
    socket.on('close', () => {
      openAtSilent -= 1;
    });
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closedPort(): Promise<string> {
  const address = await listenerThatIsSilent();
  await new Promise((done) => servers.pop()?.close(done));
  return address;
}

afterAll(async () => {
  await Promise.all(good.map((node) => node.stop()));
  for (const server of servers) server.close();
});

it('a process whose seed list begins with silent and dead entries finds and keeps the good ones', async () => {
  const seeds: string[] = [];
  for (let i = 0; i < SILENT; i += 1) seeds.push(await listenerThatIsSilent());
  for (let i = 0; i < CLOSED; i += 1) seeds.push(await closedPort());
  for (let i = 0; i < GOOD; i += 1) {
    const node = await createNode();
    good.push(node);
    seeds.push(`127.0.0.1:${node.p2pPort}`);
  }
  const watched = await NodeProcess.create({ seeds });
  try {
    await watched.start();
    const outbound = async (): Promise<number> =>
      (await watched.get<Status>('/p2p/status')).peers.outbound;
    await eventually(async () => (await outbound()) >= 8, {
      withinMs: 20_000,
      what: 'eight outbound connections',
    });
    const from = performance.now();
    let least = GOOD;
    let greatest = 0;
    while (performance.now() - from < WATCHED_MS) {
      const now = await outbound();
      least = Math.min(least, now);
      greatest = Math.max(greatest, now + openAtSilent);
      await new Promise((done) => setTimeout(done, 250));
    }
    expect(least).toBeGreaterThanOrEqual(8);
    expect(greatest).toBeLessThanOrEqual(OUTBOUND_MAX + CLOSING);
    expect(everAtSilent).toBeGreaterThan(0);
  } finally {
    await watched.dispose();
  }
});
