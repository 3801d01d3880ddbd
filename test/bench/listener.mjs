// The measured side: a node or a bare TCP or TLS server, in a process of its own. Talks to bench.mjs over IPC.
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { ephemeralIdentity } from '../../dist/handshake/local-identity.js';
import { createNode } from '../../dist/index.js';

const [kind, helloBytes, answerBytes] = process.argv.slice(2);
const UNLIMITED = 1_000_000;

async function listen() {
  if (kind === 'node' || kind === 'node-tls') {
    const limits = {
      inboundMax: UNLIMITED,
      acceptsPerSecond: UNLIMITED,
      pendingInboundMax: UNLIMITED,
      outboundMin: 0,
      outboundMax: 0,
    };
    const security = kind === 'node' ? 'plain' : 'tls';
    return (await createNode({ limits, security })).p2pPort;
  }
  const answer = Buffer.alloc(Number(answerBytes), 0x2a);
  const server = bareServer((socket) => {
    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received === Number(helloBytes)) socket.write(answer);
    });
    socket.on('error', () => socket.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', 511, resolve));
  return server.address().port;
}

function bareServer(onSocket) {
  if (kind === 'bare') return createServer({ noDelay: true }, onSocket);
  const { certificate: cert, privateKey: key } = ephemeralIdentity().credentials();
  const version = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' };
  const mutual = { requestCert: true, rejectUnauthorized: false, ALPNProtocols: ['vision-p2p/1'] };
  return createTlsServer({ cert, key, noDelay: true, ...version, ...mutual }, onSocket);
}

process.on('message', (question) => {
  if (question === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send(user + system);
  } else if (question === 'memory') {
    globalThis.gc();
    globalThis.gc();
    process.send(process.memoryUsage.rss());
  }
});
process.on('SIGINT', () => process.exit(0));
process.send({ port: await listen() });
