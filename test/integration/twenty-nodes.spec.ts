import { createNode, type RunningNode } from '../../src/index.ts';
import { eventually } from '../support/eventually.ts';

const NODES = 20;
const OUTBOUND_MIN = 8;
const others = NODES - 1;

const isAtMinimum = (node: RunningNode): boolean => {
  const { inbound, outbound } = node.snapshot().peers;
  // One connection per pair: whom all others have dialled has nobody left to dial.
  return outbound >= Math.min(OUTBOUND_MIN, others - inbound);
};

it('twenty nodes of one process that know one of them mesh, and go on without it', async () => {
  const first = await createNode();
  const seeds = [`127.0.0.1:${first.p2pPort}`];
  const rest = await Promise.all(Array.from({ length: others }, () => createNode({ seeds })));
  const nodes = [first, ...rest];
  try {
    await eventually(() => nodes.every(isAtMinimum), {
      withinMs: 15_000,
      what: 'all at the minimum',
    });
    expect(Math.max(...nodes.map((node) => node.snapshot().peers.outbound))).toBeLessThanOrEqual(
      16,
    );
    await first.stop();
    const newcomer = await createNode({ seeds: [`127.0.0.1:${rest[7]?.p2pPort}`] });
    nodes.push(newcomer);
    const what = 'a newcomer at the minimum without the first node';
    await eventually(() => isAtMinimum(newcomer), { withinMs: 15_000, what });
  } finally {
    await Promise.all(nodes.map(async (node) => node.stop()));
  }
}, 60_000);
