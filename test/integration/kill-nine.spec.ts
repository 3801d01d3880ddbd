import { createNode } from '../../src/create-node.ts';
import type { RunningNode } from '../../src/runtime/running-node.ts';
import { eventually } from '../support/eventually.ts';
import { NodeProcess } from '../support/node-process.ts';

jest.setTimeout(300_000);

const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 100);
const PEERS = 12;

describe('SIGKILL while peers are being stored', () => {
  const peers: RunningNode[] = [];
  let node: NodeProcess;

  beforeAll(async () => {
    for (let i = 0; i < PEERS; i += 1) peers.push(await createNode());
    node = await NodeProcess.create({
      seeds: peers.map((peer) => `127.0.0.1:${peer.p2pPort}`),
    });
  });

  afterAll(async () => {
    await node.dispose();
    await Promise.all(peers.map((peer) => peer.stop()));
  });

  it(`every one of ${ROUNDS} starts is clean and what was durable is loaded`, async () => {
    let durable = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      node.launch();
      const loaded = await eventually(() => /Loaded (\d+) persisted peers/.exec(node.log)?.[1], {
        withinMs: 20_000,
        what: `round ${round}: the store is read\n${node.log}`,
      });
      expect(Number(loaded)).toBeGreaterThanOrEqual(durable);
      expect(node.log).not.toMatch(/ERROR|corrupt|damaged|set aside/);
      await eventually(() => node.log.includes('Successfully established'), {
        withinMs: 10_000,
        what: `round ${round}: peers are being stored\n${node.log}`,
        everyMs: 1,
      });
      // The kill hits another moment of the write in each round.
      await eventually(() => true, { withinMs: 100, what: 'a turn', everyMs: round % 10 });
      await node.kill('SIGKILL');
      if (round === 0) durable = 0;
      else durable = Math.max(durable, Number(loaded));
    }
    expect(durable).toBeGreaterThan(0);
  });
});
