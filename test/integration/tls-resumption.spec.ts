import { createServer, type Server, type TLSSocket } from 'node:tls';
import { DisconnectReason } from '../../src/core/wire/generated/p2p.ts';
import { eventually } from '../support/eventually.ts';
import { handshakeBytes, helloOf, type FakePeer } from '../support/fake-peer.ts';
import { NodeBench } from '../support/node-bench.ts';
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
  { session, claims }: { session?: Buffer; claims?: TestIdentity } = {},
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

describe('a peer that comes back to a node', () => {
  it('resumes, and is known by the key that it proved the first time', async () => {
    const identity = testIdentity();
    const watched = await bench.node({ security: 'tls' });
    const first = await meet(watched.port, identity);
    await eventually(() => first.tickets.length > 0, { withinMs: 2_000, what: 'a ticket' });
    expect(first.isResumed()).toBe(false);
    first.peer.end();
    await eventually(() => watched.node.connections().length === 0, {
      withinMs: 2_000,
      what: 'the end of the first',
    });
    const again = await meet(watched.port, identity, { session: first.tickets[0] as Buffer });
    expect(again.isResumed()).toBe(true);
    expect(again.peer.count('hello')).toBe(1);
    const ids = watched.eventsOf('connection-established').map(({ nodeId }) => nodeId);
    expect(ids).toEqual([ids[0], ids[0]]);
  });

  it('cannot be somebody else with its old ticket', async () => {
    const [identity, other] = [testIdentity(), testIdentity()];
    const watched = await bench.node({ security: 'tls' });
    const first = await meet(watched.port, identity);
    await eventually(() => first.tickets.length > 0, { withinMs: 2_000, what: 'a ticket' });
    const session = first.tickets[0] as Buffer;
    const again = await meet(watched.port, other, { session, claims: other });
    expect(again.isResumed()).toBe(true);
    expect((await again.peer.refusal()).reason).toBe(DisconnectReason.IDENTITY_MISMATCH);
  });

  it('begins anew at a node that has another key for tickets', async () => {
    const identity = testIdentity();
    const [one, other] = [
      await bench.node({ security: 'tls' }),
      await bench.node({ security: 'tls' }),
    ];
    const first = await meet(one.port, identity);
    await eventually(() => first.tickets.length > 0, { withinMs: 2_000, what: 'a ticket' });
    const again = await meet(other.port, identity, { session: first.tickets[0] as Buffer });
    expect(again.isResumed()).toBe(false);
    expect(again.peer.count('hello')).toBe(1);
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
