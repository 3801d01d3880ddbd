import { PREFACE } from '../../../src/core/wire/frame-decoder.ts';
import { encodeFrame } from '../../../src/core/wire/message-codec.ts';
import { helloOf } from '../../support/fake-peer.ts';
import { NodeScript } from '../../support/node-script.ts';
import { readVectors } from '../../vectors/read-vectors.ts';
import { promise, type FuzzTarget } from '../fuzz-target.ts';

const AFTER_HELLO = [
  'get-peers',
  'peer-list',
  'announce-peer',
  'block-announcement',
  'transaction-announcement',
  'get-headers',
  'headers',
  'ping',
  'pong',
  'disconnect',
];
const hello = encodeFrame({
  type: 'hello',
  // Nothing of chance, so that a fault is found again by the same seed.
  body: helloOf({
    chainId: 'lab',
    genesisHash: new Uint8Array(32).fill(7),
    connectionNonce: 1n,
    publicKey: new Uint8Array(32).fill(9),
  }),
});

interface FrameVectors {
  readonly vectors: readonly { readonly frame: string }[];
}

let script = new NodeScript();
let connections = 0;
/** A node that has met this many peers makes room for a new one. */
const CONNECTIONS_OF_ONE_NODE = 50;

/** A whole node reads what a stranger sends: nothing is thrown, and what it says stays bounded. */
export const node: FuzzTarget = {
  name: 'node',
  cases: 20_000,
  seeds: AFTER_HELLO.flatMap((type) =>
    readVectors<FrameVectors>(type).vectors.map(
      ({ frame }) => new Uint8Array(Buffer.concat([PREFACE, hello, Buffer.from(frame, 'hex')])),
    ),
  ),
  run: (bytes) => {
    connections += 1;
    if (connections % CONNECTIONS_OF_ONE_NODE === 0) script = new NodeScript();
    const before = script.effects.length;
    const id = script.acceptRaw(connections % 200, bytes);
    script.runTo(script.now + 50);
    const effects = script.effects.slice(before);
    promise(effects.length < 500, 'few effects of few bytes');
    const sent = effects.filter((effect) => effect.kind === 'send' && effect.connectionId === id);
    const isNamed = Buffer.compare(bytes.subarray(0, 4), PREFACE) === 0;
    promise(isNamed || sent.length === 0, 'silence before a preface');
  },
};
