import { fork } from 'node:child_process';
import { once } from 'node:events';
import { answerLength, helloBytes, shakeHands } from './dialler.mjs';

const CONCURRENT = 32;
const ROUNDS = 5;
const PER_ROUND = 4_000;
/** 1,500 handshakes a second: a quarter of what either listener can do. */
const PACED = 3_000;
const PACED_BATCH = 15;
const PACED_EVERY_MS = 10;
const WARM_UP = 100;

async function start(args, execArgv = []) {
  const child = fork(new URL('listener.mjs', import.meta.url), args, { execArgv });
  const [{ port }] = await once(child, 'message');
  return {
    port,
    stop: () => child.kill(),
    async ask(question) {
      child.send(question);
      const [answer] = await once(child, 'message');
      return answer;
    },
  };
}

async function oneRound(listener, answerBytes) {
  const startedAt = performance.now();
  let left = PER_ROUND;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const socket = await shakeHands(listener.port, helloBytes(), answerBytes);
      socket.removeAllListeners('close').destroy();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, worker));
  return PER_ROUND / ((performance.now() - startedAt) / 1_000);
}

/**
 * CPU of the listener at one and the same offered rate. At saturation the faster listener keeps its
 * diallers awake and the slower one pays for waking them: that would compare schedulers.
 */
async function pacedRound(listener, answerBytes) {
  const before = await listener.ask('cpu');
  const all = [];
  for (let sent = 0; sent < PACED; sent += PACED_BATCH) {
    for (let i = 0; i < PACED_BATCH; i += 1) {
      const done = shakeHands(listener.port, helloBytes(), answerBytes);
      all.push(done.then((socket) => socket.removeAllListeners('close').destroy()));
    }
    await new Promise((resolve) => setTimeout(resolve, PACED_EVERY_MS));
  }
  await Promise.all(all);
  return ((await listener.ask('cpu')) - before) / PACED;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Inbound handshakes per second and listener CPU of each, node and bare server in turns. */
export async function benchHandshakes() {
  const node = await start(['node']);
  // Every answer names the dialler's port: five digits here as in the kernel's ephemeral range.
  const answerBytes = await answerLength(node.port);
  const bare = await start(['bare', `${helloBytes().length}`, `${answerBytes}`]);
  const results = { node: [], bare: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, listener] of [
      ['node', node],
      ['bare', bare],
    ]) {
      const perSecond = await oneRound(listener, answerBytes);
      const cpuUs = await pacedRound(listener, answerBytes);
      if (round > 0) results[name].push({ perSecond, cpuUs });
    }
  }
  node.stop();
  bare.stop();
  const rate = (name) => median(results[name].map((result) => result.perSecond));
  const cpu = (name) => median(results[name].map((result) => result.cpuUs));
  return [
    {
      what: 'inbound handshakes/s, of the bare server’s',
      figure: `${rate('node').toFixed(0)} / ${rate('bare').toFixed(0)}`,
      ratio: rate('node') / rate('bare'),
      bar: '>= 0.7',
      ok: rate('node') / rate('bare') >= 0.7,
    },
    {
      what: 'listener CPU per handshake, of the bare server’s',
      figure: `${cpu('node').toFixed(0)} / ${cpu('bare').toFixed(0)} us`,
      ratio: cpu('node') / cpu('bare'),
      bar: '<= 1.5',
      ok: cpu('node') / cpu('bare') <= 1.5,
    },
  ];
}

async function open(port, answerBytes, count) {
  const sockets = [];
  while (sockets.length < count) {
    const batch = Array.from({ length: 100 }, () => shakeHands(port, helloBytes(), answerBytes));
    sockets.push(...(await Promise.all(batch)));
  }
  return sockets;
}

function close(sockets) {
  for (const socket of sockets) socket.removeAllListeners('close').destroy();
}

/** Resident memory per idle inbound connection. */
export async function benchMemory() {
  const rows = [];
  for (const count of [1_000, 5_000]) {
    // A small young generation: its growth is not the connections'.
    const node = await start(['node'], ['--expose-gc', '--max-semi-space-size=1']);
    const answerBytes = await answerLength(node.port);
    // What a listener takes once, not for each connection: code, buffers, the first heap pages.
    close(await open(node.port, answerBytes, WARM_UP));
    const before = await node.ask('memory');
    const sockets = await open(node.port, answerBytes, count);
    const kib = ((await node.ask('memory')) - before) / 1_024 / count;
    rows.push({
      what: `memory per idle inbound connection at ${count}`,
      figure: `${kib.toFixed(1)} KiB`,
      bar: '<= 12 KiB',
      ok: kib <= 12,
    });
    close(sockets);
    node.stop();
  }
  return rows;
}
