import type { NodeId } from '../support/brand.ts';
import type { Hello } from '../wire/generated/p2p.ts';
import {
  judgeHello,
  PROTOCOL_VERSION,
  readRefusalDetail,
  refusalDetail,
  type HelloExpectation,
} from './hello-verdict.ts';

const OWN_KEY = new Uint8Array(32).fill(1);
const GENESIS = new Uint8Array(32).fill(2);
const expectation: HelloExpectation = {
  chainId: 'testnet',
  genesisHash: GENESIS,
  publicKey: OWN_KEY,
  provenKey: undefined,
  nodeId: 'aa'.repeat(20) as NodeId,
  pinnedNodeId: undefined,
  isOwnNonce: (nonce) => nonce === 99n,
};
const hello: Hello = {
  protocolVersion: PROTOCOL_VERSION,
  chainId: 'testnet',
  genesisHash: GENESIS,
  connectionNonce: 1n,
  publicKey: new Uint8Array(32).fill(3),
  agent: '',
  listenAddresses: [],
  capabilities: 0n,
  zone: '',
  observedAddress: '',
  tipHeight: 2n ** 64n - 1n,
  tipHash: new Uint8Array(0),
};

/** In the order of the protocol. */
const WRONG: readonly (readonly [string, Partial<Hello>])[] = [
  ['protocol-version-mismatch', { protocolVersion: 0xffff_ffff }],
  ['chain-id-mismatch', { chainId: 'Testnet' }],
  ['genesis-mismatch', { genesisHash: new Uint8Array(32) }],
  ['self-connection', { publicKey: OWN_KEY }],
];

it('a Hello of the same network by another node passes', () => {
  expect(judgeHello(hello, expectation)).toBeUndefined();
  const proven = { ...expectation, provenKey: hello.publicKey, pinnedNodeId: expectation.nodeId };
  expect(judgeHello(hello, proven)).toBeUndefined();
});

it.each(WRONG)('the reason of one wrong field is %s', (reason, wrong) => {
  expect(judgeHello({ ...hello, ...wrong }, expectation)?.reason).toBe(reason);
});

it('of several wrong fields the first in the order of the protocol wins', () => {
  const allWrong = Object.assign({}, ...WRONG.map(([, wrong]) => wrong)) as Partial<Hello>;
  let sent: Hello = { ...hello, ...allWrong };
  for (const [reason, wrong] of WRONG) {
    expect(judgeHello(sent, expectation)?.reason).toBe(reason);
    const repaired = Object.keys(wrong).map((field) => [field, hello[field as keyof Hello]]);
    sent = { ...sent, ...(Object.fromEntries(repaired) as Partial<Hello>) };
  }
  expect(judgeHello(sent, expectation)).toBeUndefined();
});

it('an own nonce is a connection to ourselves, whatever the key', () => {
  const verdict = judgeHello({ ...hello, connectionNonce: 99n }, expectation);
  expect(verdict?.reason).toBe('self-connection');
});

it('a key other than the proven one is another identity', () => {
  const other = { ...expectation, provenKey: new Uint8Array(32).fill(4) };
  expect(judgeHello(hello, other)).toEqual({
    reason: 'identity-mismatch',
    expected: '04'.repeat(32),
    got: '03'.repeat(32),
  });
});

it('a node other than the one pinned to the address is another identity', () => {
  const pinnedNodeId = 'bb'.repeat(20) as NodeId;
  expect(judgeHello(hello, { ...expectation, pinnedNodeId })).toEqual({
    reason: 'identity-mismatch',
    expected: 'bb'.repeat(20),
    got: 'aa'.repeat(20),
  });
});

it('the refused side reads expected and got the other way round', () => {
  const refusal = { reason: 'chain-id-mismatch', expected: 'my net', got: 'theirs' } as const;
  expect(readRefusalDetail(refusalDetail(refusal))).toEqual({ expected: 'theirs', got: 'my-net' });
  expect(readRefusalDetail('bye')).toBeUndefined();
  expect(readRefusalDetail('expected a got b c')).toBeUndefined();
});

it.each([
  ['', '""'],
  ['zwei Wörter', 'zwei-W?rter'],
  ['test\nnet\u00a0', 'test?net?'],
  ['c'.repeat(1_900), 'c'.repeat(90)],
])('the refused side reads a chain id of any text: %j', (chainId, read) => {
  const refusal = judgeHello({ ...hello, chainId }, expectation);
  if (refusal === undefined) throw new Error('no refusal');
  expect(refusal.reason).toBe('chain-id-mismatch');
  const detail = refusalDetail(refusal);
  expect(detail).toMatch(/^[ -~]{1,200}$/);
  expect(readRefusalDetail(detail)).toEqual({ expected: read, got: 'testnet' });
});
