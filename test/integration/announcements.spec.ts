import { createHash } from 'node:crypto';
import { chainProfile } from '../../src/chain/chain-profile.ts';
import { signedTransactionBytes } from '../../src/chain/transaction-signature.ts';
import { blockHash } from '../../src/core/announcements/block-hash.ts';
import type { BlockHeader } from '../../src/core/wire/generated/p2p.ts';
import { ephemeralIdentity } from '../../src/handshake/local-identity.ts';
import { eventually } from '../support/eventually.ts';
import { FakePeer } from '../support/fake-peer.ts';
import { NodeBench, type WatchedNode } from '../support/node-bench.ts';
import { NodeProcess } from '../support/node-process.ts';

jest.setTimeout(20_000);

const bench = new NodeBench();
afterEach(() => bench.close());

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const profile = chainProfile('testnet');

/** Some 65,000 hashes of real work, different at each call. */
function minedHeader(): BlockHeader {
  const header = unminedHeader();
  for (header.nonce = 0n; !hasWork(header); header.nonce += 1n);
  return header;
}

const hasWork = (header: BlockHeader): boolean =>
  BigInt(`0x${hex(blockHash(header, sha256))}`) <= profile.easiestTarget;

let blocks = 0;
function unminedHeader(): BlockHeader {
  blocks += 1;
  return {
    version: 1,
    height: 1n,
    parentHash: profile.genesisHash,
    contentRoot: sha256(Uint8Array.of(blocks)),
    timestampMs: BigInt(Date.now()),
    targetBits: profile.easiestTargetBits,
    nonce: 0n,
  };
}

const blockMessage = (header: BlockHeader) =>
  ({ type: 'block-announcement', body: { header } }) as const;

function transaction(payload: Uint8Array) {
  const identity = ephemeralIdentity();
  const signature = identity.sign(signedTransactionBytes(payload));
  return { publicKey: identity.publicKey, payload, signature };
}

describe('a block announcement', () => {
  it('with real work is relayed once to the other peers and not back', async () => {
    const watched = await bench.node();
    const [from, ...others] = await Promise.all([1, 2, 3].map(() => bench.join(watched.port)));
    if (from === undefined) throw new Error('a peer');
    const header = minedHeader();
    from.send(blockMessage(header));
    for (const other of others) {
      const relayed = (await other.next('block-announcement')).header as BlockHeader;
      expect(hex(blockHash(relayed, sha256))).toBe(hex(blockHash(header, sha256)));
    }
    from.send(blockMessage(header));
    others[0]?.send(blockMessage(header));
    for (const peer of [from, ...others]) await peer.roundTrip();
    expect(from.count('block-announcement')).toBe(0);
    for (const other of others) expect(other.count('block-announcement')).toBe(1);
    const hash = hex(blockHash(header, sha256));
    expect(watched.eventsOf('announcement-received')).toEqual(
      [false, true, true].map((duplicate) => ({
        kind: 'announcement-received',
        type: 'block',
        duplicate,
        hash,
      })),
    );
    expect(watched.eventsOf('announcement-accepted')).toEqual([
      { kind: 'announcement-accepted', type: 'block', hash, relayedTo: 2 },
    ]);
  });

  it('is not relayed to a peer whose capabilities leave announcements out', async () => {
    const watched = await bench.node();
    const from = await bench.join(watched.port);
    const deaf = await bench.join(watched.port, { capabilities: 0b0001n });
    from.send(blockMessage(minedHeader()));
    await eventually(() => watched.eventsOf('announcement-accepted').length === 1, {
      withinMs: 3_000,
      what: 'the announcement is accepted',
    });
    await deaf.roundTrip();
    expect(deaf.count('block-announcement')).toBe(0);
  });

  it.each([
    ['insufficient-work', () => ({ ...unworked() })],
    ['target-too-easy', () => ({ ...unminedHeader(), targetBits: 0x207f_ffff })],
    ['invalid-target', () => ({ ...unminedHeader(), targetBits: 0 })],
  ])('with the fault %s is not relayed', async (fault, header) => {
    const watched = await bench.node();
    const [from, other] = await Promise.all([bench.join(watched.port), bench.join(watched.port)]);
    from.send(blockMessage(header()));
    await expectRejected(watched, 'block', fault);
    await other.roundTrip();
    expect(other.count('block-announcement')).toBe(0);
    expect(from.isOpen).toBe(true);
  });

  it('without a header is malformed', async () => {
    const watched = await bench.node();
    const peer = await bench.join(watched.port);
    peer.send({ type: 'block-announcement', body: { header: undefined } });
    await peer.refusal();
    expect(watched.eventsOf('disconnected')).toEqual([
      expect.objectContaining({ reason: 'malformed', by: 'local' }),
    ]);
  });
});

describe('a transaction announcement', () => {
  it('with its key’s signature is relayed, unchanged', async () => {
    const { port } = await bench.node();
    const [from, other] = await Promise.all([bench.join(port), bench.join(port)]);
    const body = transaction(Uint8Array.of(1, 2, 3));
    from.send({ type: 'transaction-announcement', body });
    const relayed = await other.next('transaction-announcement');
    expect(hex(relayed.payload)).toBe('010203');
    expect(hex(relayed.signature)).toBe(hex(body.signature));
  });

  it('with a wrong signature is not relayed', async () => {
    const watched = await bench.node();
    const [from, other] = await Promise.all([bench.join(watched.port), bench.join(watched.port)]);
    const body = { ...transaction(Uint8Array.of(1)), payload: Uint8Array.of(2) };
    from.send({ type: 'transaction-announcement', body });
    await expectRejected(watched, 'transaction', 'invalid-signature');
    await other.roundTrip();
    expect(other.count('transaction-announcement')).toBe(0);
  });
});

it('what one node publishes travels down a line of three nodes, once', async () => {
  const only = { limits: { outboundMax: 1, outboundMin: 1, exchangeGrowingIntervalMs: 60_000 } };
  const end = await bench.node({ limits: { outboundMax: 0, outboundMin: 0 } });
  const middle = await bench.node({ ...only, seeds: [end.address] });
  await eventually(() => middle.node.snapshot().peers.outbound === 1, {
    withinMs: 3_000,
    what: 'the middle is connected to the end',
  });
  const start = await bench.node({ ...only, seeds: [middle.address] });
  await eventually(() => start.node.snapshot().peers.outbound === 1, {
    withinMs: 3_000,
    what: 'the start is connected to the middle',
  });
  const header = minedHeader();
  start.node.command({ kind: 'publish-block', header });
  await eventually(() => end.eventsOf('announcement-accepted').length === 1, {
    withinMs: 3_000,
    what: 'the end has it',
  });
  for (const watched of [start, middle, end]) {
    expect(watched.eventsOf('announcement-received').map((event) => event.duplicate)).toEqual([
      false,
    ]);
  }
  expect([start, middle, end].map(relayedTo)).toEqual([1, 1, 0]);
});

const relayedTo = (watched: WatchedNode): number | undefined =>
  watched.eventsOf('announcement-accepted')[0]?.relayedTo;

function unworked(): BlockHeader {
  const header = unminedHeader();
  while (hasWork(header)) header.nonce += 1n;
  return header;
}

async function expectRejected(watched: WatchedNode, type: string, fault: string): Promise<void> {
  await eventually(() => watched.eventsOf('announcement-rejected').length > 0, {
    withinMs: 3_000,
    what: 'the announcement is rejected',
  });
  expect(watched.eventsOf('announcement-rejected')).toEqual([
    expect.objectContaining({ type, fault }),
  ]);
  expect(watched.eventsOf('announcement-accepted')).toEqual([]);
}

it('is counted in /metrics of a node as received each time, and as dropped when it came again', async () => {
  const node = await NodeProcess.create({ security: 'plain' });
  const peers: FakePeer[] = [];
  try {
    await node.start();
    for (let i = 0; i < 2; i += 1) peers.push(await FakePeer.join(node.httpPort + 1));
    const message = blockMessage(minedHeader());
    for (const peer of peers) {
      peer.send(message);
      await peer.roundTrip();
    }
    const valueOf = async (name: string): Promise<string[]> => {
      const text = await node.text('/metrics', node.httpPort + 2);
      return text.split('\n').filter((line) => line.startsWith(`${name} `));
    };
    expect(await valueOf('vision_p2p_announces_received')).toEqual([
      'vision_p2p_announces_received 2',
    ]);
    expect(await valueOf('vision_p2p_dupes_dropped')).toEqual(['vision_p2p_dupes_dropped 1']);
  } finally {
    for (const peer of peers) peer.end();
    await node.dispose();
  }
});
