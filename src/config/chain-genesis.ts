import { createHash } from 'node:crypto';
import { fromHex } from '../core/support/bytes.ts';

const MAINNET_GENESIS_HEX = 'd6469ec95f56b56be4921ef40b9795902c96f2ad26582ef8db8fac46f4a7aa13';

export const BUILT_IN_CHAINS = ['mainnet', 'testnet'] as const;

/** The 32-byte genesis hash of a built-in chain; undefined for any other name. */
export function builtInGenesis(chainId: string): Uint8Array | undefined {
  if (chainId === 'mainnet') return fromHex(MAINNET_GENESIS_HEX);
  if (chainId === 'testnet') {
    return new Uint8Array(createHash('sha256').update('vision-testnet', 'ascii').digest());
  }
  return undefined;
}
