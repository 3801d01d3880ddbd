import { NodeScript, publicPeerAt } from '../../../test/support/node-script.ts';
import { connectionId } from '../support/brand.ts';
import { PREFACE } from '../wire/frame-decoder.ts';

const PLACES = 64;

/** A node of whose places for handshakes all are held by peers in networks of their own. */
function crowded(): NodeScript {
  const script = new NodeScript({ peerAt: publicPeerAt });
  script.runTo(10);
  for (let i = 0; i < PLACES; i += 1) script.acceptRaw(i, PREFACE.subarray(0, i % 5));
  return script;
}

const isLetIn = (script: NodeScript, peer: number): boolean => {
  const id = script.accept(peer);
  return script.sent(id).some(({ type }) => type === 'hello');
};

it('keeps places for handshakes that have just begun', () => {
  const script = crowded();
  script.runTo(400);
  expect(isLetIn(script, 100)).toBe(false);
  expect(script.events('handshake-rejected')).toEqual([]);
  expect(script.events('limit-hit').map(({ limit }) => limit)).toEqual(['pending-inbound']);
});

it('gives the place of the oldest handshake to a newcomer once it has had its time', () => {
  const script = crowded();
  script.runTo(600);
  expect(isLetIn(script, 100)).toBe(true);
  expect(script.events('handshake-rejected')).toEqual([
    expect.objectContaining({ reason: 'too-many-peers', by: 'local' }),
  ]);
});

it('tells who gives way why, unless its preface has not come', () => {
  const script = crowded();
  script.runTo(600);
  for (let peer = 100; peer < 105; peer += 1) script.acceptRaw(peer, new Uint8Array(0));
  // Of the five oldest only the fifth had sent its whole preface.
  const ids = [1, 3, 5, 7, 9].map(connectionId);
  expect(ids.map((id) => script.sent(id).map(({ type }) => type))).toEqual([
    ...[[], [], [], []],
    ['disconnect'],
  ]);
});

it('does not wait again because of a place that it gave way', () => {
  const script = crowded();
  script.runTo(600);
  expect(isLetIn(script, 100)).toBe(true);
  script.runTo(700);
  expect(isLetIn(script, 0)).toBe(true);
});
