import { chainProfile } from '../../src/chain/chain-profile.ts';
import { DisconnectReason } from '../../src/core/wire/generated/p2p.ts';
import type { Hello } from '../../src/core/wire/generated/p2p.ts';
import { eventually } from '../support/eventually.ts';
import { FakeListener, FakePeer, handshakeBytes, helloOf } from '../support/fake-peer.ts';
import { NodeProcess } from '../support/node-process.ts';

jest.setTimeout(60_000);

const OTHER_GENESIS = new Uint8Array(32).fill(9);
const OUR_GENESIS = Buffer.from(chainProfile('testnet').genesisHash).toString('hex');

interface Mismatch {
  readonly reason: string;
  readonly code: DisconnectReason;
  readonly wrong: Partial<Hello>;
  readonly expected: string;
  readonly got: string;
}

const MISMATCHES: readonly Mismatch[] = [
  {
    reason: 'protocol-version-mismatch',
    code: DisconnectReason.PROTOCOL_VERSION_MISMATCH,
    wrong: { protocolVersion: 2 },
    expected: '1',
    got: '2',
  },
  {
    reason: 'chain-id-mismatch',
    code: DisconnectReason.CHAIN_ID_MISMATCH,
    wrong: { chainId: 'mainnet' },
    expected: 'testnet',
    got: 'mainnet',
  },
  {
    reason: 'genesis-mismatch',
    code: DisconnectReason.GENESIS_MISMATCH,
    wrong: { genesisHash: OTHER_GENESIS },
    expected: OUR_GENESIS,
    got: Buffer.from(OTHER_GENESIS).toString('hex'),
  },
];

/** What a refusal leaves: one warning that says why, a count, and no trace among the peers. */
async function expectOneRefusal(node: NodeProcess, { reason, expected, got }: Mismatch) {
  const lines = (): string[] =>
    node.log.split('\n').filter((line) => line.includes('Handshake rejected'));
  await eventually(() => lines().length > 0, { withinMs: 2_000, what: 'a line in the log' });
  expect(lines()).toEqual([
    expect.stringMatching(
      new RegExp(` WARN .* reason=${reason} expected="${expected}" got="${got}"$`),
    ),
  ]);
  const metrics = (await node.text('/metrics', node.httpPort + 2)).split('\n');
  const counts = metrics.filter((line) =>
    line.startsWith('vision_p2p_handshake_rejections_total{'),
  );
  expect(counts.filter((line) => !line.endsWith(' 0'))).toEqual([
    expect.stringContaining(`"${reason}"`),
  ]);
  expect(counts.filter((line) => line.endsWith(' 1'))).toHaveLength(1);
  expect(metrics).toContain('vision_p2p_persisted_peers 0');
  expect(await node.peers()).toEqual([]);
}

describe.each(MISMATCHES)('a peer with $reason', (mismatch) => {
  let node: NodeProcess;
  afterEach(() => node.dispose());

  it('that dials a node is refused at once, told and counted', async () => {
    node = await NodeProcess.create({ security: 'plain' });
    await node.start();
    const peer = await FakePeer.dial(node.httpPort + 1);
    const sentAt = performance.now();
    peer.write(handshakeBytes(helloOf(mismatch.wrong)));
    expect((await peer.refusal()).reason).toBe(mismatch.code);
    expect((peer.closedAt as number) - sentAt).toBeLessThan(100);
    await expectOneRefusal(node, mismatch);
  });

  it('that a node dials is refused at once, told and counted', async () => {
    let sentAt = 0;
    const listener = await FakeListener.start((peer) => {
      sentAt = performance.now();
      peer.write(handshakeBytes(helloOf(mismatch.wrong)));
    });
    node = await NodeProcess.create({ security: 'plain', seeds: [listener.address] });
    try {
      await node.start();
      const peer = await listener.next();
      expect((await peer.refusal()).reason).toBe(mismatch.code);
      expect((peer.closedAt as number) - sentAt).toBeLessThan(100);
      await expectOneRefusal(node, mismatch);
    } finally {
      await listener.close();
    }
  });
});

it('a node that everybody refuses for its chain is not ready, however seldom it asks', async () => {
  const mainnet = await NodeProcess.create({ args: ['--chain', 'mainnet', '--store', 'memory'] });
  const testnet = await NodeProcess.create({
    args: ['--store', 'memory', '--peer', mainnet.p2p],
    environment: {
      VISION_READINESS_MAX_WAIT_SECONDS: '2',
      VISION_RECONNECTION_INTERVAL_SECONDS: '300',
    },
  });
  try {
    await mainnet.start();
    await testnet.start();
    await eventually(() => testnet.log.includes('reason=chain-id-mismatch'), {
      withinMs: 5_000,
      what: 'the refusal',
    });
    // Three times the wait after the last answer.
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    const { status, details } = await testnet.get<{
      status: string;
      details: { mesh: { message: string } };
    }>('/health/ready', testnet.httpPort + 2);
    expect(status).toBe('error');
    expect(details.mesh.message).toContain('a peer of the same chain');
  } finally {
    await testnet.dispose();
    await mainnet.dispose();
  }
});
