import type { SeedSource } from '../core/connectivity/seed-source.ts';
import type { AsMap } from '../core/support/as-map.ts';
import type { Cidr } from '../core/support/cidr.ts';
import type { NetworkScope } from '../core/support/network-scope.ts';
import type { PeerAddress } from '../core/support/peer-address.ts';

export const SECURITY_MODES = ['tls', 'plain', 'prefer'] as const;
export const STORE_KINDS = ['file', 'redis', 'memory'] as const;
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export const LOG_FORMATS = ['text', 'json'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFormat = (typeof LOG_FORMATS)[number];
export type StoreKind = (typeof STORE_KINDS)[number];

/** The whole configuration, validated and with all defaults applied; built once, never changed. */
export interface NodeConfig {
  readonly network: {
    readonly chainId: string;
    /** 32 bytes. */
    readonly genesisHash: Uint8Array;
    readonly scope: NetworkScope;
    readonly allowedCidrs: readonly Cidr[];
    readonly allowedNameSuffixes: readonly string[];
    /** What `asmap_file` says. */
    readonly asMap: AsMap | undefined;
    readonly zone: string;
  };
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly opsHost: string;
    readonly opsPort: number;
    readonly opsTokenFile: string | undefined;
    readonly exposeMetrics: boolean;
  };
  readonly p2p: {
    readonly host: string;
    readonly port: number;
    readonly advertise: PeerAddress | undefined;
    readonly security: (typeof SECURITY_MODES)[number];
    /** PEM of the authorities. */
    readonly tlsCa: string | undefined;
    readonly maxInboundConnections: number;
  };
  readonly store: {
    readonly kind: StoreKind;
    readonly dataDir: string;
    readonly redis: {
      readonly url: string | undefined;
      readonly urlFile: string | undefined;
      readonly keyPrefix: string;
      readonly tlsCa: string | undefined;
    };
  };
  readonly log: { readonly level: LogLevel; readonly format: LogFormat };
  readonly readiness: {
    readonly minPeers: number;
    readonly loneNodeSeconds: number;
    readonly maxWaitSeconds: number;
  };
  readonly discovery: {
    readonly seeds: readonly SeedSource[];
    /** `--peer` and VISION_PEERS. */
    readonly peers: readonly PeerAddress[];
    readonly minOutboundConnections: number;
    readonly maxOutboundConnections: number;
    readonly connectionTimeoutSeconds: number;
    readonly reconnectionIntervalSeconds: number;
  };
}
