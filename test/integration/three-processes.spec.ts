import { eventually } from '../support/eventually.ts';
import { NodeProcess } from '../support/node-process.ts';

jest.setTimeout(60_000);

const MEET_MS = 5_000;

describe('three processes of which two know only the first', () => {
  const nodes: NodeProcess[] = [];

  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.dispose()));
  });

  async function listsExactly(node: NodeProcess, others: readonly NodeProcess[]): Promise<boolean> {
    const listed = (await node.peers()).toSorted();
    return JSON.stringify(listed) === JSON.stringify(others.map((other) => other.p2p).toSorted());
  }

  it('each lists the two others within 5 s; without the first the others stay connected and a restarted third finds the second from its store', async () => {
    const first = await NodeProcess.create();
    const second = await NodeProcess.create({ seeds: [first.p2p] });
    const third = await NodeProcess.create({ seeds: [first.p2p] });
    nodes.push(first, second, third);
    for (const node of nodes) await node.start();

    for (const node of nodes) {
      await eventually(
        () =>
          listsExactly(
            node,
            nodes.filter((other) => other !== node),
          ),
        {
          withinMs: MEET_MS,
          what: `${node.p2p} lists the two others\n${node.log}`,
        },
      );
    }

    const linkBefore = await linkBetween(second, third);
    await first.kill('SIGKILL');
    await eventually(
      () => second.log.includes('isconnected') && third.log.includes('isconnected'),
      {
        withinMs: MEET_MS,
        what: 'both notice that the first is gone',
      },
    );
    expect(await linkBetween(second, third)).toBe(linkBefore);

    await third.kill('SIGTERM');
    await third.start();
    await eventually(async () => (await third.peers()).includes(second.p2p), {
      withinMs: MEET_MS,
      what: `the third finds the second from its store\n${third.log}`,
    });
    const lines = [
      /INFO {2}Loaded 2 persisted peers from database$/m,
      /INFO {2}Attempting to establish outbound connections attempting_connections=\d+$/m,
      new RegExp(`INFO  Successfully established outbound connection peer="${second.p2p}"$`, 'm'),
      new RegExp(`INFO  Received peer list from peer peer="${second.p2p}" peer_count=\\d+$`, 'm'),
    ];
    await eventually(() => lines.every((line) => line.test(third.log)), {
      withinMs: MEET_MS,
      what: `all four lines\n${third.log}`,
    });
    const positions = lines.map((line) => third.log.search(line));
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  });

  /** Id of the connection by which `from` holds `to`. */
  async function linkBetween(from: NodeProcess, to: NodeProcess): Promise<number> {
    const status = await to.get<{ node_id: string }>('/p2p/status');
    const { connections } = await from.get<{ connections: { id: number; node_id: string }[] }>(
      '/ops/connections',
      from.httpPort + 2,
    );
    const link = connections.find((connection) => connection.node_id === status.node_id);
    if (link === undefined) throw new Error(`${from.p2p} has no connection to ${to.p2p}`);
    return link.id;
  }
});

describe('signals', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends the process with 0 within 10 s and a goodbye',
    async (signal) => {
      const stays = await NodeProcess.create();
      const goes = await NodeProcess.create({ seeds: [stays.p2p] });
      try {
        await stays.start();
        await goes.start();
        await eventually(async () => (await stays.peers()).length === 1, {
          withinMs: MEET_MS,
          what: 'both are connected',
        });
        const startedAt = performance.now();
        expect(await goes.kill(signal)).toBe(0);
        expect(performance.now() - startedAt).toBeLessThan(10_000);
        await eventually(async () => (await stays.peers()).length === 0, {
          withinMs: 1_000,
          what: 'the goodbye takes the peer off the list',
        });
      } finally {
        await Promise.all([stays.dispose(), goes.dispose()]);
      }
    },
  );
});
