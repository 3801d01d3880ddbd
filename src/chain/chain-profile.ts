import { createHash } from 'node:crypto';
import { VisionError } from '../support/vision-error.ts';
import { targetOfBits } from './compact-target.ts';

/** What makes a network: peers of another chain id or genesis are refused. */
export interface ChainProfile {
  readonly chainId: string;
  /** 32 bytes; parent of the block of height 1. */
  readonly genesisHash: Uint8Array;
  /** Compact form of the largest target that a block may claim. */
  readonly easiestTargetBits: number;
  readonly easiestTarget: bigint;
}

interface BuiltInChain {
  readonly genesisHex: string;
  readonly easiestTargetBits: number;
}

/** About 65,536 hashes a block: private networks and tests mine on one core. */
const EASY_TARGET_BITS = 0x1f00_ffff;
const MAINNET_TARGET_BITS = 0x1d00_ffff;

const BUILT_IN: ReadonlyMap<string, BuiltInChain> = new Map([
  [
    'mainnet',
    {
      genesisHex: 'd6469ec95f56b56be4921ef40b9795902c96f2ad26582ef8db8fac46f4a7aa13',
      easiestTargetBits: MAINNET_TARGET_BITS,
    },
  ],
  [
    'testnet',
    {
      genesisHex: createHash('sha256').update('vision-testnet', 'ascii').digest('hex'),
      easiestTargetBits: EASY_TARGET_BITS,
    },
  ],
]);

/** Names of the chains that need no genesis hash. */
export const BUILT_IN_CHAINS: readonly string[] = [...BUILT_IN.keys()];

/**
 * The profile of a chain. A given genesis or target replaces the built-in one.
 * @param genesisHex 64 hex digits; required unless the chain is built in.
 * @param easiestTargetBits compact target; `testnet`'s unless the chain has its own.
 * @throws VisionError VN_ERR_CONFIG
 */
export function chainProfile(
  chainId: string,
  genesisHex?: string,
  easiestTargetBits?: number,
): ChainProfile {
  const builtIn = BUILT_IN.get(chainId);
  const bits = easiestTargetBits ?? builtIn?.easiestTargetBits ?? EASY_TARGET_BITS;
  const easiestTarget = targetOfBits(bits);
  if (easiestTarget === undefined) {
    throw new VisionError('VN_ERR_CONFIG', `0x${bits.toString(16)} is not a compact target`);
  }
  const genesisHash = genesisOf(chainId, genesisHex ?? builtIn?.genesisHex);
  return { chainId, genesisHash, easiestTargetBits: bits, easiestTarget };
}

function genesisOf(chainId: string, genesisHex: string | undefined): Uint8Array {
  if (genesisHex === undefined) {
    throw new VisionError(
      'VN_ERR_CONFIG',
      `chain "${chainId}" is not built in and has no genesis hash`,
      `give its genesis hash, or use one of ${BUILT_IN_CHAINS.join(', ')}`,
    );
  }
  if (!/^[0-9a-f]{64}$/i.test(genesisHex)) {
    throw new VisionError('VN_ERR_CONFIG', 'a genesis hash is 64 hex digits');
  }
  return new Uint8Array(Buffer.from(genesisHex, 'hex'));
}
