// The measured side: a node or a bare TCP server, in a process of its own. Talks to bench.mjs over IPC.
import { createServer } from 'node:net';
import { createNode } from '../../dist/index.js';

const [kind, helloBytes, answerBytes] = process.argv.slice(2);
const UNLIMITED = 1_000_000;

async function listen() {
  if (kind === 'node') {
    const limits = {
      inboundMax: UNLIMITED,
      acceptsPerSecond: UNLIMITED,
      pendingInboundMax: UNLIMITED,
      outboundMin: 0,
      outboundMax: 0,
    };
    return (await createNode({ limits })).p2pPort;
  }
  const answer = Buffer.alloc(Number(answerBytes), 0x2a);
  const server = createServer({ noDelay: true }, (socket) => {
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
