import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { loadOrCreateIdentity } from '../../src/handshake/local-identity.ts';
import { eventually } from '../support/eventually.ts';
import { handshakeBytes, helloOf, type FakePeer } from '../support/fake-peer.ts';
import { NodeBench, type WatchedNode } from '../support/node-bench.ts';
import {
  certifiedIdentity,
  dialTls,
  testAuthority,
  testIdentity,
  type TestAuthority,
  type TestIdentity,
} from '../support/tls-peer.ts';

jest.setTimeout(30_000);

const bench = new NodeBench();
const directories: string[] = [];
const servers: Server[] = [];
afterEach(async () => {
  await bench.close();
  for (const server of servers.splice(0)) server.close();
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

const ours = testAuthority('ours');
const theirs = testAuthority('theirs');

/** A data directory whose key an authority has answered for. */
function certified(authority: TestAuthority): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'vision-ca-'));
  directories.push(dataDir);
  loadOrCreateIdentity(dataDir);
  const key = createPrivateKey(readFileSync(join(dataDir, 'node.key')));
  writeFileSync(join(dataDir, 'node.crt'), certifiedIdentity(authority, key).certificate);
  return dataDir;
}

const node = (options: Parameters<NodeBench['node']>[0] = {}): Promise<WatchedNode> =>
  bench.node({ security: 'tls', tlsCa: ours.certificate, ...options });

function greet(port: number, identity: TestIdentity): FakePeer {
  const peer = bench.keep(dialTls(port, identity));
  peer.write(handshakeBytes(helloOf({ publicKey: identity.publicKey })));
  return peer;
}

async function reasonsOf(watched: WatchedNode): Promise<string[]> {
  const seen = (): string[] => watched.eventsOf('handshake-rejected').map(({ reason }) => reason);
  await eventually(() => seen().length > 0, { withinMs: 3_000, what: 'a rejection' });
  return seen();
}

describe('nodes with tls_ca', () => {
  it('connect when the authority has signed for both, and know each other by their keys', async () => {
    const dataDir = certified(ours);
    const { nodeId } = loadOrCreateIdentity(dataDir);
    const first = await node({ dataDir });
    const second = await node({ dataDir: certified(ours), seeds: [first.address] });
    await eventually(() => second.node.snapshot().peers.outbound === 1, {
      withinMs: 3_000,
      what: 'a connection',
    });
    expect(second.node.connections()[0]).toMatchObject({
      nodeId,
      security: 'tls',
    });
  });

  it('let a peer in whose chain leads to the authority over another one', async () => {
    const between = testAuthority('between', { signedBy: ours });
    const leaf = certifiedIdentity(between);
    const watched = await node();
    const peer = greet(watched.port, {
      ...leaf,
      certificate: leaf.certificate + between.certificate,
    });
    expect((await peer.next('hello')).chainId).toBe('testnet');
  });

  const noAuthority = testAuthority('a mere node', { isOne: false, signedBy: ours });
  const leafOfNone = certifiedIdentity(noAuthority);
  it.each<[string, string, TestIdentity]>([
    ['that signs for itself', 'tls-certificate-untrusted', testIdentity()],
    ['of another authority', 'tls-certificate-untrusted', certifiedIdentity(theirs)],
    [
      'of another authority of the same name',
      'tls-certificate-untrusted',
      certifiedIdentity(testAuthority('ours')),
    ],
    [
      'signed by a node that is no authority',
      'tls-certificate-untrusted',
      { ...leafOfNone, certificate: leafOfNone.certificate + noAuthority.certificate },
    ],
    [
      'whose certificate is over',
      'tls-certificate-expired',
      certifiedIdentity(ours, undefined, { from: '2020-01-01', to: '2021-01-01' }),
    ],
  ])('refuse one %s', async (_, reason, identity) => {
    const watched = await node();
    const peer = greet(watched.port, identity);
    await peer.closed();
    expect(peer.count('hello')).toBe(0);
    expect(await reasonsOf(watched)).toEqual([reason]);
    expect(watched.eventsOf('connection-established')).toEqual([]);
  });

  it('go away from a listener that the authority does not know, without a Hello', async () => {
    const { certificate: cert, privateKey: key } = testIdentity();
    const server = createServer({ cert, key, ALPNProtocols: ['vision-p2p/1'] });
    servers.push(server);
    let received = 0;
    server.on('secureConnection', (socket) => {
      socket.on('error', () => undefined).on('data', ({ length }: Buffer) => (received += length));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const watched = await node({ seeds: [`127.0.0.1:${port}`] });
    expect((await reasonsOf(watched))[0]).toBe('tls-certificate-untrusted');
    expect(received).toBe(0);
  });

  it('do not start with a certificate of another key', async () => {
    const dataDir = certified(ours);
    writeFileSync(join(dataDir, 'node.crt'), certifiedIdentity(ours).certificate);
    await expect(node({ dataDir })).rejects.toThrow(/node\.crt: it is of another key/);
    writeFileSync(join(dataDir, 'node.crt'), 'no certificate');
    await expect(node({ dataDir })).rejects.toMatchObject({ code: 'VN_ERR_DATA_DIR' });
  });

  it('show the certificate of the authority, not one of their own', async () => {
    const dataDir = certified(ours);
    const { certificate } = loadOrCreateIdentity(dataDir).credentials();
    const authority = new X509Certificate(ours.certificate);
    expect(new X509Certificate(certificate).checkIssued(authority)).toBe(true);
  });
});
