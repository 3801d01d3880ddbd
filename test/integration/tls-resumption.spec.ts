import { createServer, type Server, type TLSSocket } from 'node:tls';
import { DisconnectReason } from '../../src/core/wire/generated/p2p.ts';
import { eventually } from '../support/eventually.ts';
import { handshakeBytes, helloOf, type FakePeer } from '../support/fake-peer.ts';
import { NodeBench, type WatchedNode } from '../support/node-bench.ts';
import { dialTls, testIdentity, type TestIdentity } from '../support/tls-peer.ts';

jest.setTimeout(30_000);

const bench = new NodeBench();
const servers: Server[] = [];
afterEach(async () => {
  await bench.close();
  for (const server of servers.splice(0)) server.close();
});

/** Handshakes with a node; with a ticket it resumes. */
async function meet(
  port: number,
  identity: TestIdentity,
  { session, claims }: { session?: Buffer | undefined; claims?: TestIdentity } = {},
): Promise<{ peer: FakePeer; tickets: Buffer[]; isResumed: () => boolean }> {
  const tickets: Buffer[] = [];
  const peer = bench.keep(dialTls(port, identity, session === undefined ? {} : { session }));
  const secure = peer.socket as TLSSocket;
  let isResumed = false;
  secure.on('secureConnect', () => (isResumed = secure.isSessionReused()));
  secure.on('session', (ticket: Buffer) => tickets.push(ticket));
  peer.write(handshakeBytes(helloOf({ publicKey: (claims ?? identity).publicKey })));
  await eventually(() => !peer.isOpen || peer.messages.length > 0, {
    withinMs: 3_000,
    what: 'an answer',
  });
  return { peer, tickets, isResumed: () => isResumed };
}

/** Meets a node twice: strangers get no ticket that is worth anything. @returns one of the second time */
async function ticketOf(watched: WatchedNode, identity: TestIdentity): Promise<Buffer> {
  const stranger = await meet(watched.port, identity);
  await leave(watched, stranger.peer);
  const again = await meet(watched.port, identity, { session: stranger.tickets[0] });
  expect([stranger.isResumed(), again.isResumed()]).toEqual([false, false]);
  await eventually(() => again.tickets.length > 0, { withinMs: 2_000, what: 'a ticket' });
  await leave(watched, again.peer);
  return again.tickets[0] as Buffer;
}

async function leave(watched: WatchedNode, peer: FakePeer): Promise<void> {
  peer.end();
  const isGone = (): boolean => watched.node.connections().length === 0;
  await eventually(isGone, { withinMs: 2_000, what: 'the end of a connection' });
}

describe('a peer that comes back to a node', () => {
  it('resumes the third time, and is known by the key that it proved before', async () => {
    const identity = testIdentity();
    const watched = await bench.node({ security: 'tls' });
    const session = await ticketOf(watched, identity);
    const third = await meet(watched.port, identity, { session });
    expect(third.isResumed()).toBe(true);
    expect(third.peer.count('hello')).toBe(1);
    const ids = watched.eventsOf('connection-established').map(({ nodeId }) => nodeId);
    expect(ids).toEqual([ids[0], ids[0], ids[0]]);
  });

  it('cannot be somebody else with its old ticket', async () => {
    const other = testIdentity();
    const watched = await bench.node({ security: 'tls' });
    const session = await ticketOf(watched, testIdentity());
    const again = await meet(watched.port, other, { session, claims: other });
    expect(again.isResumed()).toBe(true);
    expect((await again.peer.refusal()).reason).toBe(DisconnectReason.IDENTITY_MISMATCH);
  });

  it('begins anew at a node that has another key for tickets', async () => {
    const identity = testIdentity();
    const session = await ticketOf(await bench.node({ security: 'tls' }), identity);
    const other = await bench.node({ security: 'tls' });
    for (const _ of ['as a stranger', 'as one who is known']) {
      const again = await meet(other.port, identity, { session });
      expect(again.isResumed()).toBe(false);
      expect(again.peer.count('hello')).toBe(1);
      await leave(other, again.peer);
    }
  });
});

describe('a node that dials a peer again', () => {
  it('resumes as long as it has tickets, each once', async () => {
    const { certificate: cert, privateKey: key } = testIdentity();
    const resumed: boolean[] = [];
    const server = createServer({
      cert,
      key,
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: ['vision-p2p/1'],
      minVersion: 'TLSv1.3',
      sessionIdContext: 'test',
    });
    servers.push(server);
    server.on('secureConnection', (socket) => {
      resumed.push(socket.isSessionReused());
      // Long enough for the ticket to arrive; the dial then fails, and there is another one.
      socket.on('error', () => undefined);
      setTimeout(() => socket.destroy(), 100);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await bench.node({ security: 'tls', seeds: [`127.0.0.1:${port}`] });
    await eventually(() => resumed.length >= 4, { withinMs: 20_000, what: 'four dials' });
    expect(resumed.slice(0, 4)).toEqual([false, true, true, false]);
  });
});
