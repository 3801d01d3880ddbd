import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createNode } from '../../dist/index.js';
import { answerLength, helloBytes, shakeHands } from './dialler.mjs';

const HTTP_PORT = 27_070;
const INBOUND = 200;
const MEASURE_MS = 30_000;
const TICKS_PER_SECOND = 100;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const cpuSeconds = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
};
const rssMiB = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1_024;

/** CPU and memory of `vision-node run` with 200 idle inbound peers and 8 outbound. Linux only. */
export async function benchIdle() {
  const directory = mkdtempSync(join(tmpdir(), 'vision-bench-'));
  const outbound = await Promise.all(
    Array.from({ length: 8 }, () => createNode({ security: 'plain' })),
  );
  const seeds = outbound.map((node) => `"127.0.0.1:${node.p2pPort}"`).join(', ');
  writeFileSync(join(directory, 'seeds.toml'), `seed_peers = [${seeds}]\n`);
  const args = [
    'run',
    '--http-port',
    `${HTTP_PORT}`,
    '--seeds',
    'seeds.toml',
    '--security',
    'plain',
  ];
  const child = spawn(process.execPath, [resolve('dist/main.js'), ...args], {
    cwd: directory,
    env: { ...process.env, VISION_P2P_MAX_INBOUND_CONNECTIONS: '256' },
    stdio: 'ignore',
  });
  try {
    await sleep(4_000);
    const answerBytes = await answerLength(HTTP_PORT + 1);
    const sockets = [];
    for (let i = 0; i < INBOUND; i += 1) {
      sockets.push(await shakeHands(HTTP_PORT + 1, helloBytes(), answerBytes));
    }
    await sleep(3_000);
    const status = await (await fetch(`http://127.0.0.1:${HTTP_PORT}/p2p/status`)).json();
    const before = cpuSeconds(child.pid);
    await sleep(MEASURE_MS);
    const share = (cpuSeconds(child.pid) - before) / (MEASURE_MS / 1_000);
    const memory = rssMiB(child.pid);
    for (const socket of sockets) socket.removeAllListeners('close').destroy();
    const what = `idle with ${status.peers.inbound} inbound, ${status.peers.outbound} outbound`;
    return [
      {
        what: `${what}: CPU`,
        figure: `${(100 * share).toFixed(2)} % of a core`,
        bar: '< 2 %',
        ok: share < 0.02,
      },
      {
        what: `${what}: resident memory`,
        figure: `${memory.toFixed(0)} MiB`,
        bar: '< 130 MiB',
        ok: memory < 130,
      },
    ];
  } finally {
    child.kill();
    await Promise.all(outbound.map((node) => node.stop()));
    rmSync(directory, { recursive: true, force: true });
  }
}
