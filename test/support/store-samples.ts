import type { DocumentName } from '../../src/core/address-book/stored-documents.ts';
import type { PeerRecordEntry, StoredPeer } from '../../src/core/address-book/stored-peer.ts';
import { type NodeId, unixMillis } from '../../src/core/support/brand.ts';
import { parsePeerAddress, type PeerAddress } from '../../src/core/support/peer-address.ts';
import type { StoreChange, StoredState } from '../../src/runtime/ports/peer-store.ts';

export const EMPTY_STATE: StoredState = { peers: [], documents: {} };

function address(text: string): PeerAddress {
  const parsed = parsePeerAddress(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.fault}`);
  return parsed.address;
}

export function record(failures = 0): PeerRecordEntry {
  return {
    nodeId: '0123456789abcdef0123456789abcdef01234567' as NodeId,
    firstSuccessAt: unixMillis(1_700_000_000_000),
    lastSuccessAt: unixMillis(1_700_000_100_000),
    failures,
  };
}

export const save = (text: string, failures = 0): StoreChange => ({
  kind: 'save',
  address: address(text),
  record: record(failures),
});

export const forget = (text: string): StoreChange => ({ kind: 'forget', address: address(text) });

export const document = (name: DocumentName, text: string): StoreChange => ({
  kind: 'document',
  name,
  text,
});

/** Distinct addresses: `10.0.0.0:7071`, `10.0.0.1:7071` … */
export function manyAddresses(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}:7071`);
}

export const keysOf = (peers: readonly StoredPeer[]): string[] =>
  peers.map((peer) => peer.address.key).sort();
