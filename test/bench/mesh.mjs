import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createNode } from '../../dist/index.js';

const NODES = 100;

/** Time after the last start in which all nodes of two processes that know one seed have 8 outbound. */
export async function benchMesh() {
  const seed = await createNode();
  const halves = [0, 1].map(() => fork(new URL('mesh-half.mjs', import.meta.url)));
  await Promise.all(halves.map((half) => once(half, 'message')));
  const answers = halves.map(async (half, index) => {
    half.send({ seed: `127.0.0.1:${seed.p2pPort}`, count: NODES / 2 - index });
    const [{ startedAt }] = await once(half, 'message');
    const [{ doneAt }] = await once(half, 'message');
    return { startedAt, doneAt };
  });
  const results = await Promise.all(answers);
  for (const half of halves) half.kill();
  await seed.stop();
  const ms =
    Math.max(...results.map((result) => result.doneAt)) -
    Math.max(...results.map((result) => result.startedAt));
  return [
    {
      what: `${NODES} nodes in two processes, one seed: all have 8 outbound`,
      figure: `${ms} ms after the last start`,
      bar: 'goal <= 1000 ms',
      ok: ms <= 1_000,
    },
  ];
}
