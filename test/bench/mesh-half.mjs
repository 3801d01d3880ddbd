// Half of the nodes of the mesh bench, in one process.
import { createNode } from '../../dist/index.js';

const NEEDED = 8;
const GIVE_UP_MS = 20_000;

process.on('message', async ({ seed, count }) => {
  const nodes = await Promise.all(
    Array.from({ length: count }, () => createNode({ seeds: [seed] })),
  );
  const startedAt = Date.now();
  process.send({ startedAt });
  const look = () => {
    const isDone = nodes.every((node) => node.snapshot().peers.outbound >= NEEDED);
    if (isDone || Date.now() - startedAt > GIVE_UP_MS) {
      process.send({ doneAt: isDone ? Date.now() : Number.POSITIVE_INFINITY });
    } else setTimeout(look, 20);
  };
  look();
});
process.send('ready');
