// The measured side: a node or a bare TCP or TLS server, in a process of its own. Talks to bench.mjs over IPC.
import { parsePeerAddress } from '../../dist/core/support/peer-address.js';
import { createNode } from '../../dist/index.js';
import { createMemoryPeerStore } from '../../dist/persistence/memory-peer-store.js';
import { bareServer } from './bare-server.mjs';

/** Of a node `patient` or nothing, of a bare server two sizes and perhaps an exchange: see bare-server.mjs. */
const [kind, ...rest] = process.argv.slice(2);
const UNLIMITED = 1_000_000;
/** Of what a bench does a million times a second. */
const BOUNDLESS = 1e12;
/** One peer may ask as much as it likes, and the node sends it nothing unasked. */
const PATIENT = {
  messagesPerSecond: BOUNDLESS,
  messageBurst: BOUNDLESS,
  pingsPerSecond: BOUNDLESS,
  pingBurst: BOUNDLESS,
  getPeersBurst: BOUNDLESS,
  pingIntervalMs: UNLIMITED,
  exchangeScarceIntervalMs: UNLIMITED,
  // So that an answer names 100.
  sampleShare: 1,
  outboundFeelersMax: 0,
};
const STORED_PEERS = 200;

function storeWithPeers() {
  const store = createMemoryPeerStore();
  const now = Date.now();
  const changes = Array.from({ length: STORED_PEERS }, (_, index) => {
    const { address } = parsePeerAddress(`127.0.0.1:${20_000 + index}`);
    const nodeId = index.toString(16).padStart(64, '0');
    const times = { firstSuccessAt: now, lastSuccessAt: now, failures: 0 };
    return { kind: 'save', address, record: { nodeId, ...times } };
  });
  store.apply(changes);
  return store;
}

async function listen() {
  if (kind === 'node' || kind === 'node-tls') {
    const isPatient = rest[0] === 'patient';
    const limits = {
      inboundMax: UNLIMITED,
      acceptsPerSecond: UNLIMITED,
      pendingInboundMax: UNLIMITED,
      outboundMin: 0,
      outboundMax: 0,
      ...(isPatient ? PATIENT : {}),
    };
    const security = kind === 'node' ? 'plain' : 'tls';
    const store = isPatient ? storeWithPeers() : createMemoryPeerStore();
    const transportLimits = isPatient ? { tlsRecordsPerSecond: BOUNDLESS } : {};
    return (await createNode({ limits, transportLimits, security, store })).p2pPort;
  }
  const [helloBytes, answerBytes, exchange = 'null'] = rest;
  const sizes = { helloBytes: Number(helloBytes), answerBytes: Number(answerBytes) };
  const server = bareServer(kind, { ...sizes, exchange: JSON.parse(exchange) });
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
