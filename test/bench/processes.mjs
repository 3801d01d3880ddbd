// `npm run bench:processes`: a cold start of 50 real processes on this machine, each as users run it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MAIN = resolve('dist/main.js');
const NODES = Number(process.argv[2] ?? 50);
const SEEDS = 3;
/** Above every port that fetch refuses to ask (10080 is one). */
const FIRST_PORT = 20_000;
const NEEDED = 8;
const WITHIN_MS = 10_000;
const GIVE_UP_MS = 120_000;
const LOOK_EACH_MS = 250;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const httpPort = (index) => FIRST_PORT + 4 * index;
const folder = mkdtempSync(join(tmpdir(), 'vision-bench-'));
const seeds = Array.from({ length: SEEDS }, (_, index) => `"127.0.0.1:${httpPort(index) + 1}"`);
writeFileSync(join(folder, 'seeds.toml'), `seed_peers = [${seeds.join(', ')}]\n`);

function start(index) {
  const args = [MAIN, 'run', '--seeds', 'seeds.toml', '--http-port', `${httpPort(index)}`];
  return spawn(process.execPath, args, { cwd: folder, stdio: 'ignore' });
}

async function statusOf(index) {
  const answer = await fetch(`http://127.0.0.1:${httpPort(index)}/p2p/status`);
  return answer.json();
}

async function untilAnswers(index) {
  for (;;) {
    const status = await statusOf(index).catch(() => undefined);
    if (status !== undefined) return;
    await pause(LOOK_EACH_MS);
  }
}

/** There is one connection per pair of nodes: who was dialled by all others has nobody left to dial. */
async function isAtMinimum(index) {
  const { peers } = await statusOf(index).catch(() => ({ peers: { inbound: 0, outbound: 0 } }));
  return peers.outbound >= Math.min(NEEDED, NODES - 1 - peers.inbound);
}

async function untilAll(areDone) {
  const giveUpAt = Date.now() + GIVE_UP_MS;
  while (Date.now() < giveUpAt) {
    const done = await Promise.all(Array.from({ length: NODES }, (_, index) => areDone(index)));
    if (done.every(Boolean)) return Date.now();
    await pause(LOOK_EACH_MS);
  }
  return Infinity;
}

const children = [];
for (let index = 0; index < NODES; index += 1) {
  children.push(start(index));
  await untilAnswers(index);
}
const lastStartAt = Date.now();
const ms = (await untilAll(isAtMinimum)) - lastStartAt;
for (const child of children) child.kill('SIGKILL');
rmSync(folder, { recursive: true, force: true });
console.log(
  `${NODES} processes: all at the minimum ${ms} ms after the last start; bar <= ${WITHIN_MS} ms: ${ms <= WITHIN_MS ? 'met' : 'MISSED'}`,
);
process.exit(ms <= WITHIN_MS ? 0 : 1);
