import type { SeedSource } from '../connectivity/seed-source.ts';
import type { UnixMillis } from '../support/brand.ts';
import type { Cidr } from '../support/cidr.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { NetworkScope } from '../support/network-scope.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { RandomSource } from '../support/random-source.ts';
import type { Sha256 } from '../support/sha256.ts';
import type { Sign } from '../wire/peer-record.ts';

export type { Sha256 };

/** Everything that a `PeerNode` knows before its first input. */
export interface PeerNodeOptions {
  readonly chainId: string;
  /** 32 bytes. */
  readonly genesisHash: Uint8Array;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** With this node's key. Without it the node announces no record of itself. */
  readonly sign?: Sign | undefined;
  /** Default `plain`. With `tls` who comes without is sent away (`security-required`). */
  readonly security?: 'plain' | 'tls' | 'prefer' | undefined;
  /** ≤ 64 printable ASCII. */
  readonly agent: string;
  /** Failure domain; empty when unknown. */
  readonly zone: string;
  /** Port on which peers can reach this node: named in Hello with the connection's own local address. */
  readonly p2pPort: number;
  /** Named in Hello in place of the local address. */
  readonly advertise?: PeerAddress | undefined;
  /** In file order. */
  readonly seeds: readonly SeedSource[];
  /** `--peer`. */
  readonly operatorPeers: readonly PeerAddress[];
  readonly scope: NetworkScope;
  readonly allowedCidrs: readonly Cidr[];
  readonly allowedNameSuffixes: readonly string[];
  /** Number of the autonomous system that an address belongs to; absent without a map. */
  readonly asNumberOf?: ((ip: Uint8Array) => number | undefined) | undefined;
  readonly limits: NodeLimits;
  readonly random: RandomSource;
  readonly sha256: Sha256;
  /** Wall clock, for records that outlive the process; never for a timeout. */
  readonly wallClock: () => UnixMillis;
}
