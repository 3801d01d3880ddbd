import { createHash } from 'node:crypto';
import { NodeScript, publicPeerAt } from '../../../test/support/node-script.ts';
import { WIRE_REASONS } from '../session/reasons.ts';
import { compareBytes } from '../support/bytes.ts';
import type { ConnectionId } from '../support/brand.ts';

const OWN = 9_999;
const keyOf = (i: number): Uint8Array =>
  createHash('sha256')
    .update(Uint8Array.of(i >> 8, i))
    .digest();
/** Of two connections with it, the one that it dialled stays. */
const LARGER = [1, 2, 3, 4, 5, 6, 7, 8].find((i) => compareBytes(keyOf(i), keyOf(OWN)) > 0) ?? 0;
const GUEST = 100;

const goodbyes = (of: NodeScript, id: ConnectionId): number[] =>
  of.sent(id).flatMap((message) => (message.type === 'disconnect' ? [message.body.reason] : []));

/** This node and a peer dial each other at once, and our dial is done first. */
function crossed(
  inboundMax: number,
): NodeScript & { outbound: ConnectionId; inbound: ConnectionId } {
  const script = new NodeScript({ seeds: [LARGER], peerAt: publicPeerAt, limits: { inboundMax } });
  script.runTo(10);
  script.accept(GUEST);
  const inbound = script.acceptRaw(LARGER, new Uint8Array(0));
  const outbound = script.answer(LARGER);
  script.sayHello(inbound, LARGER, {});
  return Object.assign(script, { outbound, inbound });
}

describe('two nodes that dial each other at once', () => {
  it('keep the connection that the larger key dialled while there is room', () => {
    const script = crossed(2);
    expect(goodbyes(script, script.outbound)).toEqual([WIRE_REASONS['duplicate-connection']]);
    expect(goodbyes(script, script.inbound)).toEqual([]);
  });

  it('keep the one that they have when the other would find no place', () => {
    const script = crossed(1);
    expect(goodbyes(script, script.outbound)).toEqual([]);
    expect(goodbyes(script, script.inbound)).toEqual([WIRE_REASONS['duplicate-connection']]);
    script.runTo(3_000);
    expect(script.snapshot().peers).toMatchObject({ inbound: 1, outbound: 1 });
  });
});

it('a node has one place among those that only get a list', () => {
  const script = new NodeScript({ peerAt: publicPeerAt, limits: { inboundMax: 1 } });
  script.runTo(10);
  script.accept(GUEST);
  const ids = [7, 7, 7].map((i) => script.accept(i));
  expect(script.connections().map((view) => view.class)).toEqual(['open', 'surplus']);
  expect(ids.map((id) => goodbyes(script, id))).toEqual([
    [],
    [WIRE_REASONS['too-many-peers']],
    [WIRE_REASONS['too-many-peers']],
  ]);
});
