// Half of the nodes of the mesh bench, in one process.
import { watchNodes } from './mesh-watch.mjs';
import { createNode } from '../../dist/index.js';

process.on('message', async ({ seed, count, others }) => {
  const nodes = await Promise.all(
    Array.from({ length: count }, () => createNode({ seeds: [seed] })),
  );
  process.send({ startedAt: Date.now() });
  process.send(await watchNodes(nodes, others));
});
process.send('ready');
