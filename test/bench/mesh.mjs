import { fork } from 'node:child_process';
import { once } from 'node:events';
import { watchNodes } from './mesh-watch.mjs';
import { createNode } from '../../dist/index.js';

const NODES = 100;
/** The bar is about the protocol: without the cost of TLS. */
const SECURITY = 'plain';
const KIB = 1_024;

/**
 * 99 nodes of two processes know one seed, the hundredth, in this one: times until each has 8 outbound
 * connections and knows nine in ten of the others, after the last of them was started.
 */
export async function benchMesh() {
  const seed = await createNode({ security: SECURITY });
  const halves = [0, 1].map(() => fork(new URL('mesh-half.mjs', import.meta.url), [SECURITY]));
  await Promise.all(halves.map((half) => once(half, 'message')));
  const answers = halves.map(async (half, index) => {
    const others = NODES - 1;
    half.send({ seed: `127.0.0.1:${seed.p2pPort}`, count: NODES / 2 - index, others });
    const [{ startedAt }] = await once(half, 'message');
    const [watched] = await once(half, 'message');
    return { startedAt, ...watched };
  });
  const [ofSeed, ...results] = await Promise.all([watchNodes([seed], NODES - 1), ...answers]);
  for (const half of halves) half.kill();
  await seed.stop();
  const startedAt = Math.max(...results.map((result) => result.startedAt));
  const after = (name) =>
    Math.max(ofSeed[name], ...results.map((result) => result[name] ?? Infinity)) - startedAt;
  const bytes = [ofSeed, ...results].flatMap((result) => result.bytesSent);
  const kib = bytes.reduce((sum, sent) => sum + sent, 0) / bytes.length / KIB;
  return rows({ connectedMs: after('connectedAt'), knownMs: after('knownAt'), kib });
}

function rows({ connectedMs, knownMs, kib }) {
  const what = `${NODES} nodes in two processes, one seed`;
  return [
    {
      what: `${what}: all have 8 outbound`,
      figure: `${connectedMs} ms after the last start`,
      bar: 'goal <= 1000 ms',
      ok: connectedMs <= 1_000,
    },
    {
      what: `${what}: all know 90 % of the others`,
      figure: `${knownMs} ms after the last start`,
      bar: 'goal <= 3000 ms',
      ok: knownMs <= 3_000,
    },
    {
      what: `${what}: sent per node until then`,
      figure: `${kib.toFixed(1)} KiB`,
      bar: 'goal <= 40 KiB',
      ok: kib <= 40,
    },
  ];
}
