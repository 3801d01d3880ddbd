import { createServer, type AddressInfo, type Server } from 'node:net';
import { createNode } from '../../src/create-node.ts';
import type { NodeEvent } from '../../src/core/node/events.ts';
import type { RunningNode } from '../../src/runtime/running-node.ts';
import { DnsHostResolver } from '../../src/transport/dns-host-resolver.ts';
import { DnsServer } from '../support/dns-server.ts';
import { eventually } from '../support/eventually.ts';

jest.setTimeout(60_000);

describe('outbound connections', () => {
  const nodes: RunningNode[] = [];
  const servers: Server[] = [];

  afterEach(async () => {
    await Promise.all(nodes.splice(0).map((node) => node.stop()));
    for (const server of servers.splice(0)) server.close();
  });

  async function listeningPeer(): Promise<RunningNode> {
    const peer = await createNode();
    nodes.push(peer);
    return peer;
  }

  /** Accepts and says nothing. */
  async function silentPeer(): Promise<string> {
    const server = createServer((socket) => socket.on('error', () => {}));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('with 30 listening seeds never exceed 16 and reach 8 within 3 s', async () => {
    const seeds = await Promise.all(Array.from({ length: 30 }, listeningPeer));
    let dialing = 0;
    let connected = 0;
    let highest = 0;
    const onEvent = (event: NodeEvent): void => {
      if (event.kind === 'dials-started') dialing += event.attemptingConnections;
      if (event.kind === 'dial-finished' && event.class === 'open') {
        dialing -= 1;
        if (event.outcome === 'connected') connected += 1;
      }
      if (event.kind === 'disconnected' && event.direction === 'outbound' && event.class === 'open')
        connected -= 1;
      highest = Math.max(highest, dialing + connected);
    };
    const node = await createNode({
      seeds: seeds.map((seed) => `127.0.0.1:${seed.p2pPort}`),
      onEvent,
    });
    nodes.push(node);
    await eventually(() => node.snapshot().peers.outbound >= 8, {
      withinMs: 3_000,
      what: 'eight outbound connections',
    });
    await eventually(() => node.snapshot().peers.outbound === 16, {
      withinMs: 15_000,
      what: 'sixteen outbound connections',
    });
    await eventually(() => node.snapshot().uptimeMs > 6_000, {
      withinMs: 8_000,
      what: 'time in which a seventeenth could come',
    });
    expect(highest).toBe(16);
    expect(node.snapshot().peers.outbound).toBe(16);
  });

  it('are not delayed by a seed that never answers, which costs its own 10 s at most', async () => {
    const silent = await silentPeer();
    const good = await listeningPeer();
    const failures: { outcome: string; afterMs: number }[] = [];
    const startedAt = performance.now();
    const node = await createNode({
      seeds: [silent, `127.0.0.1:${good.p2pPort}`],
      onEvent: (event) => {
        if (event.kind !== 'dial-finished' || event.address !== silent) return;
        failures.push({ outcome: event.outcome, afterMs: performance.now() - startedAt });
      },
    });
    nodes.push(node);
    await eventually(() => node.snapshot().peers.outbound === 1, {
      withinMs: 1_000,
      what: 'the good seed is connected',
    });
    const failure = await eventually(() => failures[0], {
      withinMs: 11_000,
      what: 'the silent seed is given up',
    });
    expect(failure.outcome).toBe('timeout');
    expect(failure.afterMs).toBeLessThan(10_500);
  });

  it('come about once a name resolves that did not, and the failure ends nothing', async () => {
    const good = await listeningPeer();
    const dns = await DnsServer.start({});
    try {
      const unresolved: string[] = [];
      const node = await createNode({
        seeds: [`late.seed.example:${good.p2pPort}`],
        resolver: new DnsHostResolver({ servers: [dns.address] }),
        onEvent: (event) => {
          if (event.kind === 'dial-finished') unresolved.push(event.outcome);
        },
      });
      nodes.push(node);
      await eventually(() => unresolved.includes('resolve-failed'), {
        withinMs: 4_000,
        what: 'the name does not resolve',
      });
      dns.set('late.seed.example', { a: ['127.0.0.1'] });
      await eventually(() => node.snapshot().peers.outbound === 1, {
        withinMs: 12_000,
        what: 'the name is dialled when it appears',
      });
    } finally {
      await dns.stop();
    }
  });
});
