// Half of the nodes of the mesh bench, in one process.
import { watchNodes } from './mesh-watch.mjs';
import { createNode } from '../../dist/index.js';

const security = process.argv[2];

process.on('message', async ({ seed, count, others }) => {
  const nodes = await Promise.all(
    Array.from({ length: count }, () => createNode({ seeds: [seed], security })),
  );
  process.send({ startedAt: Date.now() });
  process.send(await watchNodes(nodes, others));
});
process.send('ready');
