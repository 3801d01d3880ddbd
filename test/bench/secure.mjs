// Handshakes inside TLS: a node, a bare `node:tls` server and a plain node, in turns.
import { createSecureContext } from 'node:tls';
import { ephemeralIdentity } from '../../dist/handshake/local-identity.js';
import { answerLength, helloBytes, shakeHands, shakeHandsTls } from './dialler.mjs';
import { median, start } from './handshakes.mjs';

export const CONCURRENT = 16;
export const ROUNDS = 5;
export const PER_ROUND = 1_000;
/** A key is used again long after its last connection has ended: to a node it is one peer. */
export const IDENTITIES = 200;
/** Of all handshakes. */
const SLOWEST_SHARE = 0.05;
const WARM_UP = 100;

export function identities(count) {
  return Array.from({ length: count }, () => {
    const identity = ephemeralIdentity();
    const { certificate: cert, privateKey: key } = identity.credentials();
    return { publicKey: identity.publicKey, context: createSecureContext({ cert, key }) };
  });
}

let met = 0;
/** Of the loopback network, each once in millions; an answer names it, so that all have one length. */
function stranger() {
  met += 1;
  const parts = [met, met / 150, met / 22_500].map((n) => 100 + (Math.floor(n) % 150));
  return `127.${parts.join('.')}`;
}

export const secure = (keys) => (port, answerBytes, index) => {
  const { context, publicKey } = keys[index % keys.length];
  return shakeHandsTls(port, { context, host: stranger() }, helloBytes(publicKey), answerBytes);
};

/** Each key from a host of its own and, when it has been there twice, with a ticket. */
function resuming(keys) {
  const hosts = keys.map(() => stranger());
  const tickets = [];
  const counts = { all: 0, resumed: 0 };
  const shake = async (port, answerBytes, index) => {
    const at = index % keys.length;
    const { context, publicKey } = keys[at];
    const from = { context, host: hosts[at], session: tickets[at] };
    const socket = await shakeHandsTls(port, from, helloBytes(publicKey), answerBytes);
    counts.all += 1;
    counts.resumed += socket.isSessionReused() ? 1 : 0;
    if (!socket.isSessionReused()) tickets[at] = socket.getSession();
    return socket;
  };
  return { shake, counts };
}
export const plain = (port, answerBytes) => shakeHands(port, helloBytes(), answerBytes);

export async function round(listener, answerBytes, shake) {
  const before = await listener.ask('cpu');
  const ownBefore = process.cpuUsage();
  const startedAt = performance.now();
  const times = [];
  let next = 0;
  const worker = async () => {
    while (next < PER_ROUND) {
      const index = next++;
      const began = performance.now();
      const socket = await shake(listener.port, answerBytes, index);
      times.push(performance.now() - began);
      socket.removeAllListeners('close').destroy();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, worker));
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(ownBefore);
  const cpuUs = ((await listener.ask('cpu')) - before) / PER_ROUND;
  const slow = times.toSorted((a, b) => a - b)[Math.floor(times.length * (1 - SLOWEST_SHARE))];
  return { perSecond: PER_ROUND / seconds, cpuUs, diallerCpuUs: (user + system) / PER_ROUND, slow };
}

/** Full handshakes per second and listener CPU of each. */
export async function benchSecure() {
  const keys = identities(IDENTITIES);
  const plainNode = await start(['node']);
  const answerBytes = await answerLength(plainNode.port);
  const returning = resuming(keys);
  const listeners = {
    known: [await start(['node-tls']), returning.shake],
    tls: [await start(['node-tls']), secure(keys)],
    bare: [await start(['bare-tls', `${helloBytes().length}`, `${answerBytes}`]), secure(keys)],
    plain: [plainNode, plain],
  };
  const results = { known: [], tls: [], bare: [], plain: [] };
  for (let turn = 0; turn <= ROUNDS; turn += 1) {
    for (const [name, [listener, shake]] of Object.entries(listeners)) {
      const result = await round(listener, answerBytes, shake);
      if (turn > 0) results[name].push(result);
    }
    if (turn === 0) Object.assign(returning.counts, { all: 0, resumed: 0 });
  }
  for (const [listener] of Object.values(listeners)) listener.stop();
  return rowsOf(results, returning.counts);
}

function rowsOf(results, { all, resumed }) {
  const medianOf = (name, key) => median(results[name].map((result) => result[key]));
  const row = (what, key, other, { unit = '', own = 'tls' } = {}) => {
    const [ours, theirs] = [medianOf(own, key), medianOf(other, key)];
    return {
      what,
      figure: `${ours.toFixed(0)} / ${theirs.toFixed(0)}${unit}`,
      ratio: ours / theirs,
    };
  };
  const rate = row('full TLS handshakes/s, of the bare TLS server’s', 'perSecond', 'bare');
  const cpu = row('listener CPU per TLS handshake, of the bare one’s', 'cpuUs', 'bare', {
    unit: ' us',
  });
  const ofPlain = row('TLS handshakes/s, of the plain node’s', 'perSecond', 'plain');
  const share = `${((100 * resumed) / all).toFixed(0)} % resumed`;
  const known = row(
    `TLS handshakes/s with known peers (${share}), of those with strangers`,
    'perSecond',
    'tls',
    { own: 'known' },
  );
  const knownCpu = row(
    'listener CPU per handshake with known peers, of that with strangers',
    'cpuUs',
    'tls',
    { unit: ' us', own: 'known' },
  );
  const slow = medianOf('tls', 'slow');
  return [
    { ...rate, bar: 'goal >= 0.85', ok: rate.ratio >= 0.85 },
    { ...cpu, bar: 'no bar', ok: true },
    { ...ofPlain, bar: 'no bar', ok: true },
    { ...known, bar: 'goal >= 1.3', ok: known.ratio >= 1.3 },
    { ...knownCpu, bar: 'goal <= 0.77', ok: knownCpu.ratio <= 1 / 1.3 },
    {
      what: `95 % of TLS handshakes, ${CONCURRENT} at a time`,
      figure: `${slow.toFixed(1)} ms`,
      bar: 'goal <= 25 ms',
      ok: slow <= 25,
    },
  ];
}

async function open(port, answerBytes, keys) {
  const sockets = [];
  for (let at = 0; at < keys.length; at += 50) {
    const batch = keys.slice(at, at + 50);
    const opened = batch.map((identity) =>
      shakeHandsTls(port, identity, helloBytes(identity.publicKey), answerBytes),
    );
    sockets.push(...(await Promise.all(opened)));
  }
  return sockets;
}

function close(sockets) {
  for (const socket of sockets) socket.removeAllListeners('close').destroy();
}

async function memoryOf(args, answerBytes, keys) {
  const listener = await start(args, ['--expose-gc', '--max-semi-space-size=1']);
  close(await open(listener.port, answerBytes, keys.slice(0, WARM_UP)));
  const before = await listener.ask('memory');
  const sockets = await open(listener.port, answerBytes, keys);
  const kib = ((await listener.ask('memory')) - before) / 1_024 / keys.length;
  close(sockets);
  listener.stop();
  return kib;
}

/** Resident memory per idle TLS connection, of the bare server's. */
export async function benchSecureMemory() {
  const probe = await start(['node']);
  const answerBytes = await answerLength(probe.port);
  probe.stop();
  const rows = [];
  const keys = identities(5_000);
  for (const count of [1_000, 5_000]) {
    const used = keys.slice(0, count);
    const ours = await memoryOf(['node-tls'], answerBytes, used);
    const bareArgs = ['bare-tls', `${helloBytes().length}`, `${answerBytes}`];
    const bare = await memoryOf(bareArgs, answerBytes, used);
    rows.push({
      what: `memory per idle TLS connection at ${count}, of the bare server’s`,
      figure: `${ours.toFixed(1)} / ${bare.toFixed(1)} KiB`,
      ratio: ours / bare,
      bar: 'goal <= 1.1',
      ok: ours <= 1.1 * bare,
    });
  }
  return rows;
}
