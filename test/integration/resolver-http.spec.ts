import { createServer, type RequestListener, type Server } from 'node:http';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net';

import { DnsHostResolver } from '../../src/transport/dns-host-resolver.ts';
import { DnsServer } from '../support/dns-server.ts';
import { eventually } from '../support/eventually.ts';

let dns: DnsServer;
let resolver: DnsHostResolver;
const servers: (Server | TcpServer)[] = [];

async function portOf(server: Server | TcpServer): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return (server.address() as AddressInfo).port;
}

async function read(host: string, port: number): Promise<readonly string[] | string> {
  const url = `http://${host}:${port}`;
  const result = await resolver.readSource({ kind: 'http', text: url, url });
  return result.ok ? result.addresses.map(({ key }) => key) : result.failure;
}

async function answerTo(listener: RequestListener): Promise<readonly string[] | string> {
  return read('127.0.0.1', await portOf(createServer(listener)));
}

const body = (text: string) => answerTo((_, response) => response.end(text));

beforeEach(async () => {
  dns = await DnsServer.start({
    'node.test': { a: ['127.0.0.1'] },
    'silent.test': { silent: 'all' },
  });
  resolver = new DnsHostResolver({
    servers: [dns.address],
    hostsFile: '/nonexistent',
    timeoutMs: 500,
  });
});

afterEach(async () => {
  resolver.close();
  await dns.stop();
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  }
});

it('reads the peer list of a node, by its name', async () => {
  const paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url);
    response.end('{"peers":["192.0.2.1:7071","[2001:db8::1]:7071","b.example.com:1"],"count":3}');
  });
  expect(await read('node.test', await portOf(server))).toEqual([
    '192.0.2.1:7071',
    '[2001:db8::1]:7071',
    'b.example.com:1',
  ]);
  expect(paths).toEqual(['/p2p/peers']);
});

it('says of which class the server may be: of the widest address that its name has', async () => {
  const port = await portOf(createServer((_, response) => response.end('{"peers":[]}')));
  const viaOf = async (host: string): Promise<unknown> => {
    const url = `http://${host}:${port}`;
    const result = await resolver.readSource({ kind: 'http', text: url, url });
    return result.ok ? result.via : result.failure;
  };
  dns.set('both.test', { a: ['127.0.0.1', '203.0.113.1'] });
  expect(await viaOf('127.0.0.1')).toBe('loopback');
  expect(await viaOf('both.test')).toBe('public');
});

it('does not find a host whose Punycode stands for nothing', async () => {
  expect(await read('xn--v', 7070)).toBe('name-not-found');
});

it('skips what is no canonical address and keeps at most 1,000', async () => {
  expect(await body('{"peers":["A.example.com:1","127.1:1",5,null,{},"x.example.com:1"]}')).toEqual(
    ['x.example.com:1'],
  );
  const many = Array.from({ length: 3_000 }, (_, i) => `n${i}.example.com:1`);
  expect(await body(JSON.stringify({ peers: many }))).toHaveLength(1_000);
});

it.each([
  ['no JSON', 'hello'],
  ['an empty answer', ''],
  ['another shape', '{"peers":{"a":1}}'],
  ['a list without its object', '["192.0.2.1:7071"]'],
  ['a deep document', `{"peers":[],"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
  ['an open string', `{"peers":["${'"\\'.repeat(60_000)}`],
  ['a body over 256 KiB', `{"peers":[],"x":"${'y'.repeat(270_000)}"}`],
])('refuses %s', async (_, text) => {
  expect(await body(text)).toBe('bad-response');
});

it('refuses other statuses and follows no redirect', async () => {
  let visits = 0;
  const target = await portOf(createServer((_, response) => response.end(String((visits += 1)))));
  const redirect = answerTo((_, response) =>
    response.writeHead(302, { location: `http://127.0.0.1:${target}/p2p/peers` }).end(),
  );
  expect(await redirect).toBe('bad-response');
  expect(await answerTo((_, response) => response.writeHead(500).end('{"peers":[]}'))).toBe(
    'bad-response',
  );
  expect(visits).toBe(0);
});

it('stops reading an endless body', async () => {
  let written = 0;
  const outcome = await answerTo((_, response) => {
    const write = (): void => {
      if (response.destroyed) return;
      written += 65_536;
      response.write(' '.repeat(65_536), () => setImmediate(write));
    };
    write();
  });
  expect(outcome).toBe('bad-response');
  expect(written).toBeLessThan(16 * 2 ** 20);
});

it.each([
  [
    'switches to another protocol',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  ],
  [
    'says so in a packet of its own',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n{"peers":[]}',
  ],
])('is done with a server that %s, as often as it is read', async (_, answer) => {
  const sockets = new Set<Socket>();
  const port = await portOf(
    createTcpServer((socket) => {
      sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
      socket.once('data', () => socket.write(answer));
    }),
  );
  const reads = Array.from({ length: 6 }, () => read('127.0.0.1', port));
  expect(await Promise.all(reads)).toEqual(reads.map(() => 'bad-response'));
  await eventually(() => sockets.size === 0, { withinMs: 2_000, what: 'all connections closed' });
});

it('tells silence, refusal, a foreign protocol and an unknown name apart', async () => {
  const silent = await portOf(createTcpServer());
  expect(await read('127.0.0.1', silent)).toBe('no-answer');
  const drip = await answerTo((_, response) => void response.write('{"peers"'));
  expect(drip).toBe('no-answer');
  const foreign = await portOf(createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')));
  expect(await read('127.0.0.1', foreign)).toBe('bad-response');
  const gone = createTcpServer();
  const port = await portOf(gone);
  await new Promise((resolve) => gone.close(resolve));
  expect(await read('127.0.0.1', port)).toBe('connection-failed');
  expect(await read('absent.test', 80)).toBe('name-not-found');
  expect(await read('silent.test', 80)).toBe('no-answer');
});
