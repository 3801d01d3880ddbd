import type { NodeId } from '../support/brand.ts';
import { bytesEqual, toHex } from '../support/bytes.ts';
import type { Hello } from '../wire/generated/p2p.ts';
import type { WireReason } from './reasons.ts';

/** Version of `docs/protocol.md`; equal on both sides of every connection. */
export const PROTOCOL_VERSION = 1;

/** Capability bits of `Hello.capabilities`. */
export const CAPABILITY = {
  peerExchange: 1n << 0n,
  announcements: 1n << 1n,
  redirects: 1n << 2n,
  feeler: 1n << 3n,
} as const;

/** What this version can do. */
export const OWN_CAPABILITIES =
  CAPABILITY.peerExchange | CAPABILITY.announcements | CAPABILITY.redirects;

/** What a remote `Hello` is held against, before anything about slots is asked. */
export interface HelloExpectation {
  readonly chainId: string;
  readonly genesisHash: Uint8Array;
  readonly publicKey: Uint8Array;
  /** Key that the transport has proven; absent on plain connections. */
  readonly provenKey: Uint8Array | undefined;
  /** Who sent it, by its key. */
  readonly nodeId: NodeId;
  /** Who has proven its key at the dialled address before; plain connections pin nothing, their keys are claims. */
  readonly pinnedNodeId: NodeId | undefined;
  /** Whether a nonce is one that this node has sent on a connection that is still open. */
  readonly isOwnNonce: (nonce: bigint) => boolean;
}

export interface HelloRefusal {
  readonly reason: WireReason;
  readonly expected: string;
  readonly got: string;
}

/** Checks in the order of the protocol; the first failure wins; undefined when all pass. */
export function judgeHello(hello: Hello, expectation: HelloExpectation): HelloRefusal | undefined {
  return (
    judgeNetwork(hello, expectation) ??
    judgeSelf(hello, expectation) ??
    judgeIdentity(hello, expectation)
  );
}

function judgeNetwork(hello: Hello, expectation: HelloExpectation): HelloRefusal | undefined {
  if (hello.protocolVersion !== PROTOCOL_VERSION) {
    return refusal('protocol-version-mismatch', `${PROTOCOL_VERSION}`, `${hello.protocolVersion}`);
  }
  if (hello.chainId !== expectation.chainId) {
    return refusal('chain-id-mismatch', expectation.chainId, hello.chainId);
  }
  if (!bytesEqual(hello.genesisHash, expectation.genesisHash)) {
    return refusal('genesis-mismatch', toHex(expectation.genesisHash), toHex(hello.genesisHash));
  }
  return undefined;
}

function judgeSelf(hello: Hello, expectation: HelloExpectation): HelloRefusal | undefined {
  const isSelf =
    bytesEqual(hello.publicKey, expectation.publicKey) ||
    expectation.isOwnNonce(hello.connectionNonce);
  return isSelf ? refusal('self-connection', 'another node', 'this node') : undefined;
}

function judgeIdentity(hello: Hello, expectation: HelloExpectation): HelloRefusal | undefined {
  const { provenKey, pinnedNodeId, nodeId } = expectation;
  if (provenKey !== undefined && !bytesEqual(hello.publicKey, provenKey)) {
    return refusal('identity-mismatch', toHex(provenKey), toHex(hello.publicKey));
  }
  if (pinnedNodeId === undefined || nodeId === pinnedNodeId) return undefined;
  return refusal('identity-mismatch', pinnedNodeId, nodeId);
}

function refusal(reason: WireReason, expected: string, got: string): HelloRefusal {
  return { reason, expected, got };
}

/** Both values and the words about them fit the 200 characters of a detail. */
const DETAIL_WORD_MAX = 90;
const DETAIL = /^expected (\S+) got (\S+)$/;

/** The `detail` of a refusal: both values, so that the far side's log can name them too. */
export function refusalDetail({ expected, got }: HelloRefusal): string {
  return `expected ${oneWord(expected)} got ${oneWord(got)}`;
}

/** A value of a `Hello` may be any text: empty, with spaces, of any script, as long as a frame. */
function oneWord(text: string): string {
  if (text === '') return '""';
  return text
    .slice(0, DETAIL_WORD_MAX)
    .replaceAll(/[^\x21-\x7e]/g, (sign) => (sign === ' ' ? '-' : '?'));
}

/** Reads a `detail` that `refusalDetail` wrote, from the refused side: what we have is what they got. */
export function readRefusalDetail(detail: string): { expected: string; got: string } | undefined {
  const match = DETAIL.exec(detail);
  return match === null ? undefined : { expected: match[2] as string, got: match[1] as string };
}
