// js-libp2p nodes that connect to a listener again and again. Talks to the bench over IPC.
import { multiaddr } from '@multiformats/multiaddr';
import { libp2pNode, PROTOCOL, whenReceived } from './peers.mjs';

const [questionBytes, answerBytes, concurrent, identities] = process.argv.slice(2);
const question = Buffer.alloc(Number(questionBytes), 0x2a);
const nodes = [];
while (nodes.length < Number(identities)) nodes.push(await libp2pNode([]));

async function shakeHands(node, address) {
  const connection = await node.dial(address);
  const stream = await connection.newStream(PROTOCOL);
  await new Promise((resolve, reject) => {
    stream.addEventListener('close', () => reject(new Error('closed before the answer')));
    whenReceived(stream, Number(answerBytes), resolve);
    stream.send(question);
  });
  return connection;
}

async function round(address, count) {
  const times = [];
  let left = count;
  const worker = async (_, first) => {
    // No two workers share a node: js-libp2p makes one dial of two to the same peer.
    for (let index = first; left > 0; index += Number(concurrent)) {
      left -= 1;
      const began = performance.now();
      const connection = await shakeHands(nodes[index % nodes.length], address);
      times.push(performance.now() - began);
      connection.abort(new Error('measured'));
    }
  };
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: Number(concurrent) }, worker));
  const seconds = (performance.now() - startedAt) / 1_000;
  const { user, system } = process.cpuUsage(before);
  return { seconds, cpuUs: (user + system) / count, times };
}

process.on('message', (wish) => {
  if (wish === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send(user + system);
    return;
  }
  const { address, count } = wish;
  void round(multiaddr(address), count).then((result) => process.send(result));
});
process.on('SIGINT', () => process.exit(0));
process.send({ port: 0 });
