import { connect } from 'node:net';
import { PREFACE } from '../../src/core/wire/frame-decoder.ts';
import type { Hello } from '../../src/core/wire/generated/p2p.ts';
import { encodeFrame } from '../../src/core/wire/message-codec.ts';
import { handshakeBytes, helloOf, rawFrame } from './fake-peer.ts';

/** What ends a quote, a label, an object or a field of a log, in characters that the protocol takes. */
const PRINTABLE_TRICKS = [
  ...['"', '\\', '"} 1 vision_p2p_evil{a="', '","level":"error","x":"', ' level=error msg="'],
  ...['{{', '%s%n', '${x}', '\\n', '\\u000a', "'", '#', ','],
];
/** What breaks a line, colours a terminal, turns text around, or is more than one byte. */
const OTHER_TRICKS = [
  ...['\n', '\r\n', '\u0000', '\u001b[31m', '\u007f', '\u0085', '\u009b2J'],
  ...['\u2028', '\u2029', '\u202e', '\ufeff', '😀'],
];
const ALL_TRICKS = [...PRINTABLE_TRICKS, ...OTHER_TRICKS];

/** Text that nobody has sent before, of at most so many bytes. */
function textOf(n: number, bytesMax: number, tricks: readonly string[]): string {
  let text = `${n}`;
  for (let i = n; ; i += 1) {
    const longer = text + (tricks[i % tricks.length] as string);
    if (Buffer.byteLength(longer) > bytesMax) return text;
    text = longer;
  }
}

const printable = (n: number, bytesMax: number): string => textOf(n, bytesMax, PRINTABLE_TRICKS);
const anything = (n: number, bytesMax: number): string => textOf(n, bytesMax, ALL_TRICKS);

/** One of the 16 million addresses of this machine, which no other number below that has. */
export function loopbackOf(n: number): string {
  return `127.${1 + ((n >> 16) & 0x7f)}.${(n >> 8) & 0xff}.${n & 0xff}`;
}

/** Sends the one at once, the other when the node has answered. */
interface Stranger {
  readonly first: Uint8Array;
  readonly second?: Uint8Array;
}

const addressesOf = (n: number): string[] => [
  anything(n, 200),
  `${loopbackOf(n)}:${1 + (n % 65_535)}`,
  `n${n}.local:7071`,
];

const uniqueBytes = (n: number): Uint8Array => Buffer.alloc(32, `${n};`);

function hello(n: number, changes: Partial<Hello> = {}): Uint8Array {
  const texts = { agent: printable(n, 64), zone: printable(n, 63) };
  const addresses = { listenAddresses: addressesOf(n), observedAddress: anything(n, 300) };
  return handshakeBytes(helloOf({ ...texts, ...addresses, ...changes }));
}

/** A Hello whose agent is no UTF-8. */
function brokenHello(n: number): Uint8Array {
  const bytes = Buffer.from(hello(n, { agent: 'x'.repeat(40) }));
  const at = bytes.indexOf('xxxx');
  return bytes.fill(Buffer.from([0xff, 0xc0, 0x80, 0x0a]), at, at + 40);
}

function goodbye(n: number, detail: string): Uint8Array {
  const body = { reason: n % 64, detail, retryAfterSeconds: n, redirect: addressesOf(n) };
  return encodeFrame({ type: 'disconnect', body });
}

function transaction(n: number): Uint8Array {
  const body = {
    publicKey: uniqueBytes(n),
    payload: Buffer.from(anything(n, 3_000)),
    signature: Buffer.alloc(64, n),
  };
  return encodeFrame({ type: 'transaction-announcement', body });
}

/** Each way to bring a text of one's own to a node. */
export const STRANGERS: readonly ((n: number) => Stranger)[] = [
  (n) => ({ first: hello(n), second: goodbye(n, printable(n, 200)) }),
  (n) => ({ first: hello(n), second: goodbye(n, anything(n, 200)) }),
  (n) => ({ first: hello(n), second: rawFrame(n & 0xff, Buffer.from(anything(n, 4_000))) }),
  (n) => ({
    first: hello(n),
    second: encodeFrame({ type: 'peer-list', body: { peers: addressesOf(n), records: [] } }),
  }),
  (n) => ({ first: hello(n), second: transaction(n) }),
  (n) => ({ first: hello(n, { chainId: printable(n, 64) }) }),
  (n) => ({ first: hello(n, { genesisHash: uniqueBytes(n) }) }),
  (n) => ({ first: hello(n, { protocolVersion: n + 2 }) }),
  (n) => ({ first: Buffer.concat([PREFACE, goodbye(n, printable(n, 200))]) }),
  (n) => ({ first: hello(n, { agent: textOf(n, 64, OTHER_TRICKS) }) }),
  (n) => ({ first: hello(n, { agent: printable(n, 2_200) }) }),
  (n) => ({ first: brokenHello(n) }),
  (n) => ({ first: Buffer.from(`GET /${anything(n, 500)} HTTP/1.1\r\n\r\n`) }),
];

/** What a stranger sends after the Hello of the node is here in full. */
const ANSWER_BYTES = 60;
const LINGER_MS = 30;
const PATIENCE_MS = 3_000;

/** One visit from an address of its own, until either side has had enough. */
export function visit(port: number, localAddress: string, stranger: Stranger): Promise<void> {
  return new Promise((resolve) => {
    let heard = 0;
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on('connect', () => socket.write(stranger.first));
    socket.on('data', (bytes) => {
      const isAnswer = heard < ANSWER_BYTES && heard + bytes.length >= ANSWER_BYTES;
      heard += bytes.length;
      if (!isAnswer || stranger.second === undefined) return;
      socket.write(stranger.second);
      setTimeout(() => socket.destroy(), LINGER_MS);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve());
  });
}
