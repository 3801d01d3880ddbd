import type { PeerAddress } from '../support/peer-address.ts';

export interface ShareRequest {
  /** Whether the asker could reach an address: it gets nothing else. */
  readonly mayShare: (address: PeerAddress) => boolean;
  readonly max: number;
  /** Addresses not to name: the asker's own, and those that its filter holds. */
  readonly isKnown: (address: PeerAddress) => boolean;
}

/**
 * What to answer a GetPeers with: our own address first, then verified peers, connected ones before
 * the rest, each list in the order given.
 */
export function selectPeersToShare(
  own: readonly PeerAddress[],
  connected: readonly PeerAddress[],
  verified: readonly PeerAddress[],
  request: ShareRequest,
): string[] {
  const chosen = new Set<string>();
  for (const list of [own, connected, verified]) {
    for (const address of list) {
      if (chosen.size >= request.max) return [...chosen];
      if (request.mayShare(address) && !request.isKnown(address)) chosen.add(address.key);
    }
  }
  return [...chosen];
}
