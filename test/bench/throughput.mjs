// What one connection carries: a node with and without TLS and bare servers, which take and give the same bytes.
import { FRAME_TYPES } from '../../dist/core/wire/message.js';
import { encodeFrame } from '../../dist/core/wire/message-codec.js';
import { answerLength, helloBytes, shakeHands, shakeHandsTls } from './dialler.mjs';
import { median, start } from './handshakes.mjs';
import { identities, ROUNDS } from './secure.mjs';

const ROUND_MS = 1_000;
/** Neither side ever waits for the other's last answer. */
const WINDOWS_IN_FLIGHT = 4;
const SILENCE_MS = 10_000;

const PING = encodeFrame({ type: 'ping', body: { nonce: 0x0123_4567_89ab_cdefn } });
const MIB = 1_048_576;
const BULK_FRAMES = 16;
/** The longest frame of a type that this version skips: what the transport and the framing cost alone. */
const BULK_FRAME = Buffer.alloc(MIB / BULK_FRAMES);
BULK_FRAME.writeUInt32BE(BULK_FRAME.length - 4, 0);
BULK_FRAME.writeUInt8(0x7f, 4);

const WORKS = [
  {
    what: 'pings answered/s',
    question: PING,
    perWindow: 64,
    replyType: FRAME_TYPES.pong,
  },
  {
    what: 'questions for 100 peers answered/s',
    question: encodeFrame({
      type: 'get-peers',
      body: { max: 100, knownFilter: new Uint8Array(0), filterSalt: 0, filterHashes: 0 },
    }),
    perWindow: 4,
    replyType: FRAME_TYPES['peer-list'],
  },
  {
    what: 'MiB/s received in frames of 64 KiB',
    question: Buffer.concat([...Array(BULK_FRAMES).fill(BULK_FRAME), PING]),
    perWindow: 1,
    replyType: FRAME_TYPES.pong,
  },
];

/** Looks at each frame's header alone. @returns a function of a chunk: how many frames of the type it ends. */
function frameCounter(type, onFrame = () => undefined) {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    let count = 0;
    while (bytes.length - at >= 4) {
      const end = at + 4 + bytes.readUInt32BE(at);
      if (end > bytes.length) break;
      if (bytes[at + 4] === type) {
        count += 1;
        onFrame(end - at);
      }
      at = end;
    }
    rest = bytes.subarray(at);
    return count;
  };
}

/** Asks for `ms`, with some windows of questions under way. @returns answers per second. */
function exchange(socket, { question, perWindow, replyType }, ms) {
  const window = Buffer.concat(Array(perWindow).fill(question));
  const count = frameCounter(replyType);
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    let asked = 0;
    let answered = 0;
    const ask = (windows) => {
      asked += windows * perWindow;
      for (let i = 0; i < windows; i += 1) socket.write(window);
    };
    const guard = setTimeout(() => reject(new Error('no answer')), ms + SILENCE_MS);
    socket.on('data', (chunk) => {
      answered += count(chunk);
      const seconds = (performance.now() - startedAt) / 1_000;
      if (seconds * 1_000 < ms) {
        ask(WINDOWS_IN_FLIGHT - Math.ceil((asked - answered) / perWindow));
      } else if (answered === asked) {
        clearTimeout(guard);
        resolve({ perSecond: answered / seconds, answered });
      }
    });
    ask(WINDOWS_IN_FLIGHT);
  });
}

async function round(listener, work, answerBytes) {
  const socket = await listener.open(answerBytes);
  const before = await listener.ask('cpu');
  const { perSecond, answered } = await exchange(socket, work, ROUND_MS);
  const cpuUs = ((await listener.ask('cpu')) - before) / answered;
  socket.removeAllListeners('close').destroy();
  return { perSecond, cpuUs };
}

const openPlain = (port) => (answerBytes) => shakeHands(port, helloBytes(), answerBytes);
const openTls = (port) => (answerBytes) => {
  const [{ context, publicKey }] = identities(1);
  return shakeHandsTls(port, { context }, helloBytes(publicKey), answerBytes);
};

/** How long a node's answer is. */
async function replyLength(node, answerBytes, { question, replyType }) {
  const socket = await openPlain(node.port)(answerBytes);
  const bytes = await new Promise((resolve) => {
    socket.on('data', frameCounter(replyType, resolve));
    socket.write(question);
  });
  socket.removeAllListeners('close').destroy();
  return bytes;
}

async function measure(work, nodes, answerBytes) {
  const { question, replyType } = work;
  const replyBytes = await replyLength(nodes.plain, answerBytes, work);
  const exchanged = JSON.stringify({ questionBytes: question.length, replyBytes, replyType });
  const args = [`${helloBytes().length}`, `${answerBytes}`, exchanged];
  const bareTls = await start(['bare-tls', ...args]);
  const bare = await start(['bare', ...args]);
  const listeners = {
    tls: { ...nodes.tls, open: openTls(nodes.tls.port) },
    bareTls: { ...bareTls, open: openTls(bareTls.port) },
    plain: { ...nodes.plain, open: openPlain(nodes.plain.port) },
    bare: { ...bare, open: openPlain(bare.port) },
  };
  const results = { tls: [], bareTls: [], plain: [], bare: [] };
  for (let turn = 0; turn <= ROUNDS; turn += 1) {
    for (const [name, listener] of Object.entries(listeners)) {
      const result = await round(listener, work, answerBytes);
      if (turn > 0) results[name].push(result);
    }
  }
  bareTls.stop();
  bare.stop();
  return (name, key) => median(results[name].map((result) => result[key]));
}

/** Answers per second over one connection, and the listener's CPU for each. */
export async function benchThroughput() {
  const nodes = {
    plain: await start(['node', 'patient']),
    tls: await start(['node-tls', 'patient']),
  };
  const answerBytes = await answerLength(nodes.plain.port);
  const rows = [];
  for (const work of WORKS) {
    const medianOf = await measure(work, nodes, answerBytes);
    const row = (what, ours, theirs) => {
      const [rate, otherRate] = [medianOf(ours, 'perSecond'), medianOf(theirs, 'perSecond')];
      const [cpu, otherCpu] = [medianOf(ours, 'cpuUs'), medianOf(theirs, 'cpuUs')];
      const cpus = `CPU ${cpu.toFixed(1)} / ${otherCpu.toFixed(1)} us`;
      const figure = `${rate.toFixed(0)} / ${otherRate.toFixed(0)}, ${cpus}`;
      return { what, figure, ratio: rate / otherRate, bar: 'no bar', ok: true };
    };
    rows.push(
      row(`${work.what} inside TLS, of the bare TLS server’s`, 'tls', 'bareTls'),
      row(`${work.what} plain, of the bare TCP server’s`, 'plain', 'bare'),
      row(`${work.what} inside TLS, of the plain node’s`, 'tls', 'plain'),
    );
  }
  for (const node of Object.values(nodes)) node.stop();
  return rows;
}
