import { NodeScript, publicPeerAt } from '../../../test/support/node-script.ts';
import { OWN_KEY } from '../../../test/support/script-handshake.ts';
import { CAPABILITY } from '../session/hello-verdict.ts';
import type { ConnectionId } from '../support/brand.ts';
import { encodeFrame } from '../wire/message-codec.ts';
import { PREFACE } from '../wire/frame-decoder.ts';

const range = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + i);
const script = (changes: ConstructorParameters<typeof NodeScript>[0] = {}): NodeScript =>
  new NodeScript({ peerAt: publicPeerAt, ...changes });
const OWN_HOST = '150.0.0.77';
const OTHER_KEY = new Uint8Array(32).fill(7);
const seen = { observedAddress: `${OWN_HOST}:40000` };

const listen = (node: NodeScript, id: ConnectionId): string[] =>
  node
    .sent(id)
    .flatMap((message) => (message.type === 'hello' ? message.body.listenAddresses : []));
const confirmed = (node: NodeScript): string[] =>
  node.events('own-address-confirmed').map(({ address }) => address);
const probes = (node: NodeScript): ConnectionId[] =>
  node
    .of('dial')
    .filter(({ endpoint }) => endpoint.host === OWN_HOST)
    .map(({ connectionId }) => connectionId);

/** Three networks say where they see the node, which looks there. */
function probing(security: 'plain' | 'prefer' = 'plain'): {
  node: NodeScript;
  probe: ConnectionId;
} {
  const node = script({
    seeds: range(1, 3),
    limits: { smallNetworkPeers: 1 },
    network: { security },
  });
  node.runTo(10);
  for (const i of [1, 2]) node.answer(i, seen);
  node.runTo(100);
  expect(probes(node)).toEqual([]);
  node.answer(3, seen);
  node.runTo(200);
  const [probe] = probes(node);
  return { node, probe: probe as ConnectionId };
}

describe('its own address', () => {
  it('is what three networks see and where it meets itself; then it is named to peers', () => {
    const { node, probe } = probing();
    node.meetItself(probe);
    expect(confirmed(node)).toEqual([`${OWN_HOST}:7071`]);
    expect(listen(node, node.accept(50))).toEqual([`${OWN_HOST}:7071`]);
  });

  it('is one where TLS has its own key at both ends', () => {
    const { node, probe } = probing();
    node.meetItself(probe, { dialled: OWN_KEY, arriving: OWN_KEY });
    expect(confirmed(node)).toEqual([`${OWN_HOST}:7071`]);
  });

  it.each([
    ['another key answers the dial', { dialled: OTHER_KEY, arriving: OWN_KEY }],
    ['another key brings its Hello', { dialled: OWN_KEY, arriving: OTHER_KEY }],
    ['its Hello comes in plain', { dialled: OTHER_KEY }],
    ['all of it is plain', {}],
  ])('is not where a man in between repeats its words: %s', (_, keys) => {
    const { node, probe } = probing('prefer');
    node.meetItself(probe, keys);
    expect(confirmed(node)).toEqual([]);
    expect(listen(node, node.accept(50))).not.toContain(`${OWN_HOST}:7071`);
  });

  it('is not where somebody says that it has met itself', () => {
    const { node, probe } = probing();
    const goodbye = { reason: 4, detail: '', redirect: [], retryAfterSeconds: 0 };
    const bytes = encodeFrame({ type: 'disconnect', body: goodbye });
    node.answerRaw(probe, Buffer.concat([PREFACE, bytes]));
    node.runTo(1_000);
    expect(node.events('dial-finished').at(-1)).toMatchObject({ outcome: 'self-connection' });
    expect(confirmed(node)).toEqual([]);
    expect(listen(node, node.accept(50))).not.toContain(`${OWN_HOST}:7071`);
  });

  it('is not where somebody shows its key', () => {
    const { node, probe } = probing();
    node.answerAt(50, probe, publicPeerAt(50), { publicKey: OWN_KEY });
    expect(node.events('dial-finished').at(-1)).toMatchObject({ outcome: 'self-connection' });
    expect(confirmed(node)).toEqual([]);
  });

  it('is not what strangers say who came to us', () => {
    const node = script();
    node.runTo(10);
    for (const i of range(1, 9)) node.accept(i, { ...seen, capabilities: CAPABILITY.peerExchange });
    node.runTo(1_000);
    expect(probes(node)).toEqual([]);
  });

  it('is not what strangers say whose address was only looked at', () => {
    const node = script({ limits: { smallNetworkPeers: 1, outboundMin: 0, outboundMax: 0 } });
    node.runTo(10);
    const claimed = range(1, 9).map((i) => publicPeerAt(i).key);
    for (const i of range(1, 9)) node.accept(i, { listenAddresses: [claimed[i - 1] as string] });
    for (let at = 0; at < 60_000; at += 1_000) {
      node.runTo(at);
      for (const { connectionId, endpoint } of node.of('dial')) {
        const i = claimed.indexOf(endpoint.key) + 1;
        if (i > 0 && node.sent(connectionId).length === 0) {
          node.answerAt(i, connectionId, endpoint, seen);
        }
      }
    }
    expect(node.dialled()).toEqual(expect.arrayContaining(claimed));
    expect(probes(node)).toEqual([]);
  });
});
