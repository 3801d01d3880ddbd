// The measured side with js-libp2p: answers one question per connection. Talks to the bench over IPC.
import { libp2pNode, PROTOCOL, whenReceived } from './peers.mjs';

const [questionBytes, answerBytes] = process.argv.slice(2);
const node = await libp2pNode(['/ip4/127.0.0.1/tcp/0']);
const answer = Buffer.alloc(Number(answerBytes), 0x2a);

await node.handle(PROTOCOL, (stream) => {
  whenReceived(stream, Number(questionBytes), () => {
    stream.send(answer);
    stream.close().catch(() => undefined);
  });
});

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send(user + system);
});
process.on('SIGINT', () => process.exit(0));
process.send({ port: node.getMultiaddrs()[0].toString() });
