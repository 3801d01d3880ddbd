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

export async function start(args, execArgv = [], script = 'listener.mjs') {
  const child = fork(new URL(script, import.meta.url), args, { execArgv });
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

/**
 * Keeps this process from sleeping: whoever writes to a sleeping peer pays the kernel for waking it,
 * some 20 us a write, and which of two listeners finds it asleep is chance.
 */
function keepAwake() {
  let isOn = true;
  const again = () => {
    if (isOn) setImmediate(again);
  };
  again();
  return () => {
    isOn = false;
  };
}

/** As fast as the two sides can. */
async function fullRound(listener, answerBytes) {
  const stayAwake = keepAwake();
  const before = await listener.ask('cpu');
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
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpuUs = ((await listener.ask('cpu')) - before) / PER_ROUND;
  stayAwake();
  return { perSecond: PER_ROUND / seconds, cpuUs };
}

/** Microseconds of listener CPU per handshake at a low rate, where each finds the caches cold. */
async function pacedRound(listener, answerBytes) {
  const stayAwake = keepAwake();
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
  const spent = (await listener.ask('cpu')) - before;
  stayAwake();
  return spent / PACED;
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

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
      const full = await fullRound(listener, answerBytes);
      const pacedUs = await pacedRound(listener, answerBytes);
      if (round > 0) results[name].push({ ...full, pacedUs });
    }
  }
  node.stop();
  bare.stop();
  const medianOf = (name, key) => median(results[name].map((result) => result[key]));
  const row = (what, key, unit) => {
    const [ours, bares] = [medianOf('node', key), medianOf('bare', key)];
    const figure = `${ours.toFixed(0)} / ${bares.toFixed(0)}${unit}`;
    return { what: `${what}, of the bare server’s`, figure, ratio: ours / bares };
  };
  const rate = row('inbound handshakes/s', 'perSecond', '');
  const cpu = row('listener CPU per handshake', 'cpuUs', ' us');
  const paced = row('the same at 1500/s', 'pacedUs', ' us');
  return [
    { ...rate, bar: '>= 0.7', ok: rate.ratio >= 0.7 },
    { ...cpu, bar: '<= 1.5', ok: cpu.ratio <= 1.5 },
    { ...paced, bar: 'goal <= 1.5', ok: paced.ratio <= 1.5 },
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
