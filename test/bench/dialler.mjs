// Raw sockets that shake hands as a peer would, each with a key of its own.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { encodeFrame } from '../../dist/core/wire/message-codec.js';
import { PREFACE } from '../../dist/core/wire/frame-decoder.js';
import { chainProfile } from '../../dist/chain/chain-profile.js';

const { chainId, genesisHash } = chainProfile('testnet');

export function helloBytes(publicKey = randomBytes(32)) {
  const body = {
    protocolVersion: 1,
    chainId,
    genesisHash,
    connectionNonce: randomBytes(8).readBigUInt64BE() | (1n << 63n),
    publicKey,
    agent: 'vision-bench/1',
    listenAddresses: [],
    capabilities: 3n,
    zone: '',
    observedAddress: '127.0.0.1:10000',
    tipHeight: 0n,
    tipHash: new Uint8Array(0),
  };
  return Buffer.concat([PREFACE, encodeFrame({ type: 'hello', body })]);
}

/** Opens, sends `hello`, and resolves with the socket when the whole answer is there. */
export function shakeHands(port, hello, answerBytes) {
  return greet(connect({ port, host: '127.0.0.1', noDelay: true }), 'connect', hello, answerBytes);
}

/**
 * The same inside TLS, a full handshake unless there is a session. @param context `SecureContext`
 * of `node:tls` @param host where it comes from: to a node a host that it has not met is a stranger
 */
export function shakeHandsTls(port, { context, host, session }, hello, answerBytes) {
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    localAddress: host,
    ...(session && { session }),
    secureContext: context,
    rejectUnauthorized: false,
    ALPNProtocols: ['vision-p2p/1'],
  });
  socket.setNoDelay(true);
  return greet(socket, 'secureConnect', hello, answerBytes);
}

function greet(socket, opened, hello, answerBytes) {
  return new Promise((resolve, reject) => {
    let received = 0;
    socket.once(opened, () => socket.write(hello));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed before the answer')));
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received >= answerBytes) resolve(socket);
    });
  });
}

/** The length of the listener's answer to one Hello; it varies with the digits of our port. */
export function answerLength(port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(helloBytes()));
    socket.once('error', reject);
    socket.once('data', (chunk) => {
      resolve(chunk.length);
      socket.destroy();
    });
  });
}
