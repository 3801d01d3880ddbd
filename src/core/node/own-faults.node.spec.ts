import { NodeScript, publicPeerAt } from '../../../test/support/node-script.ts';
import type { DialFailure } from '../session/reasons.ts';
import { type NodeId, unixMillis } from '../support/brand.ts';

const STORED = 300;
const SECONDS = 30;

/** @returns how many stored peers are forgotten while every dial ends so, and one friend shows that the network works */
function forgotten(failure: DialFailure): number {
  const at = unixMillis(1_699_999_000_000);
  const storedPeers = Array.from({ length: STORED }, (_, i) => ({
    address: publicPeerAt(i + 1),
    record: {
      nodeId: i.toString(16).padStart(40, '0') as NodeId,
      firstSuccessAt: at,
      lastSuccessAt: at,
      failures: 0,
    },
  }));
  const node = new NodeScript({ peerAt: publicPeerAt, storedPeers });
  const friend = node.accept(700);
  let answered = 0;
  for (let time = 0; time <= SECONDS * 1_000; time += 100) {
    node.runTo(time);
    const dials = node.of('dial').slice(answered);
    answered += dials.length;
    for (const { connectionId } of dials) node.feed({ kind: 'dial-failed', connectionId, failure });
    if (time % 1_000 === 0) node.send(friend, { type: 'ping', body: { nonce: BigInt(time) } });
  }
  expect(answered).toBeGreaterThan(16);
  return node.of('forget-peer').length;
}

it('forgets nobody whom it could not dial for want of descriptors', () => {
  expect(forgotten('no-resources')).toBe(0);
  expect(forgotten('connection-refused')).toBeGreaterThan(100);
});
