// Peers that name what they are told to, and a name server that counts its questions. Runs inside a
// network namespace as a program of its own. Usage: node hostile-gossip.mjs plan.json
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { chainProfile } from '../../dist/chain/chain-profile.js';
import { FrameDecoder, PREFACE } from '../../dist/core/wire/frame-decoder.js';
import { decodeBody, encodeFrame } from '../../dist/core/wire/message-codec.js';
import { messageTypeOf } from '../../dist/core/wire/message.js';
import { ephemeralIdentity } from '../../dist/handshake/local-identity.js';

const plan = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const FRAME_BYTES_MAX = 65_536;
const TOO_MANY_PEERS = 6;
const REDIRECTS_MAX = 16;
const tell = (fact) => process.stdout.write(`${JSON.stringify(fact)}\n`);

function helloOf(listenAddresses) {
  return {
    protocolVersion: 1,
    chainId: 'testnet',
    genesisHash: chainProfile('testnet').genesisHash,
    connectionNonce: BigInt(Math.floor(Math.random() * 2 ** 48)),
    publicKey: ephemeralIdentity().publicKey,
    agent: 'gossip/1',
    listenAddresses,
    capabilities: 7n,
    zone: '',
    observedAddress: '',
    tipHeight: 0n,
    tipHash: new Uint8Array(0),
  };
}

/** Says Hello and answers each message by `answers[type]`. */
function speak(socket, listenAddresses, answers) {
  const decoder = new FrameDecoder(FRAME_BYTES_MAX);
  const send = (type, body) => socket.write(encodeFrame({ type, body }));
  socket.write(
    Buffer.concat([PREFACE, encodeFrame({ type: 'hello', body: helloOf(listenAddresses) })]),
  );
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    decoder.push(bytes);
    for (let step = decoder.next(); step !== undefined; step = decoder.next()) {
      if (step.kind !== 'frame') continue;
      const type = messageTypeOf(step.frameType);
      const decoded = type === undefined ? undefined : decodeBody(type, step.body);
      if (decoded?.ok === true) answers[type]?.(send, decoded.message.body);
    }
  });
}

const pong = (send, { nonce }) => send('pong', { nonce });

/** Listens at an address; its first list holds `peers`, then it sends the asker on to `redirect`. */
function listen({ host, port, peers = [], redirect = [] }) {
  const server = createServer((socket) => {
    tell({ accepted: `${host}:${port}` });
    speak(socket, [], {
      ping: pong,
      'get-peers': (send) => {
        send('peer-list', { peers, records: [] });
        if (redirect.length === 0) return;
        send('disconnect', {
          reason: TOO_MANY_PEERS,
          detail: '',
          retryAfterSeconds: 0,
          redirect: redirect.slice(0, REDIRECTS_MAX),
        });
      },
    });
  });
  server.listen(port, host);
}

/** Dials the node again and again, each time from another address, and claims four addresses. */
function claim({ from, addresses }) {
  const [host, port] = plan.target.split(':');
  const socket = connect({ host, port: Number(port), localAddress: from });
  speak(socket, addresses, { hello: () => tell({ claimed: addresses }), ping: pong });
}

/** RFC 1035, A records alone; what is not in the zone does not exist. */
function answerNames(zone) {
  const socket = createSocket('udp4');
  socket.on('message', (question, from) => {
    const labels = [];
    let at = 12;
    for (let length = question[at]; length > 0; length = question[at]) {
      labels.push(question.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const name = labels.join('.').toLowerCase();
    const isA = question.readUInt16BE(at + 1) === 1;
    tell({ asked: name });
    const ips = isA ? (zone[name] ?? []) : [];
    const head = Buffer.from(question.subarray(0, at + 5));
    head.writeUInt16BE(zone[name] === undefined ? 0x8183 : 0x8180, 2);
    head.writeUInt16BE(ips.length, 6);
    head.writeUInt16BE(0, 8);
    head.writeUInt16BE(0, 10);
    const records = ips.map((ip) =>
      Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...ip.split('.').map(Number)]),
    );
    socket.send(Buffer.concat([head, ...records]), from.port, from.address);
  });
  socket.bind(53, '127.0.0.1', () => tell({ ready: true }));
}

plan.listeners.forEach(listen);
answerNames(plan.zone);
// The word to begin comes when the node listens.
process.stdin.once('data', () => plan.claims.forEach(claim));
process.stdin.on('end', () => process.exit(0));
