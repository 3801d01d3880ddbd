import type { PeerAddress } from '../support/peer-address.ts';

export interface ShareRequest {
  readonly max: number;
  /** Addresses not to name: the asker's own, and those that its filter holds. */
  readonly isKnown: (address: PeerAddress) => boolean;
  readonly isConnected: (address: PeerAddress) => boolean;
}

/**
 * What to answer a GetPeers with: our own address first, then verified peers, connected ones before
 * the rest, each in the order given. Everything given must be within the asker's reach.
 */
export function selectPeersToShare(
  own: PeerAddress | undefined,
  verified: readonly PeerAddress[],
  { max, isKnown, isConnected }: ShareRequest,
): string[] {
  const first: string[] = own === undefined || isKnown(own) ? [] : [own.key];
  const rest: string[] = [];
  for (const address of verified) {
    if (first.length >= max) break;
    if (address.key === own?.key || isKnown(address)) continue;
    (isConnected(address) ? first : rest).push(address.key);
  }
  return [...first, ...rest].slice(0, max);
}
