import { chainProfile, type ChainProfile } from './chain/chain-profile.ts';
import { createPowChainValidator } from './chain/pow-chain-validator.ts';
import { parseSeedSource, type SeedSource } from './core/connectivity/seed-source.ts';
import { parseCidr, type Cidr } from './core/support/cidr.ts';
import {
  DEFAULT_LIMITS,
  DEFAULT_TRANSPORT_LIMITS,
  type NodeLimits,
  type TransportLimits,
} from './core/support/limits.ts';
import type { NetworkScope } from './core/support/network-scope.ts';
import { parsePeerAddress, type PeerAddress } from './core/support/peer-address.ts';
import {
  ephemeralIdentity,
  loadOrCreateIdentity,
  type LocalIdentity,
} from './handshake/local-identity.ts';
import { openFilePeerStore } from './persistence/file-peer-store.ts';
import { createMemoryPeerStore } from './persistence/memory-peer-store.ts';
import type { ChainValidator } from './runtime/ports/chain-validator.ts';
import type { HostResolver } from './runtime/ports/host-resolver.ts';
import type { PeerStore } from './runtime/ports/peer-store.ts';
import type { NodeEventListener, RunningNode } from './runtime/running-node.ts';
import { startNode } from './runtime/start-node.ts';
import { AGENT } from './support/agent.ts';
import { VisionError } from './support/vision-error.ts';
import { DnsHostResolver } from './transport/dns-host-resolver.ts';
import { TcpTransport } from './transport/tcp-transport.ts';
import { TlsChannel } from './transport/tls-channel.ts';

/** As `p2p.security` of a configured node. */
const DEFAULT_SECURITY = 'tls';

/** Everything has a default: `createNode()` is a throw-away testnet node on a free port. */
export interface CreateNodeOptions {
  /** Listen address; default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** `testnet` (default), `mainnet`, or a private network's name with `genesisHash`. */
  readonly chainId?: string;
  /** 64 hex digits. */
  readonly genesisHash?: string;
  /** Entries as in `seed_peers`. */
  readonly seeds?: readonly string[];
  /** `host:port`, as `--peer`. */
  readonly peers?: readonly string[];
  /** `host:port` at which others reach this node. */
  readonly advertise?: string;
  readonly zone?: string;
  /**
   * `tls` (default): mutual TLS 1.3 with the node's key, and nobody without; `plain`: keys are claims;
   * `prefer`: TLS with whoever speaks it, never plain again with an address that did.
   */
  readonly security?: 'tls' | 'plain' | 'prefer';
  /** PEM of the authorities to which peers' certificates must lead, with `tls`; this node's own is `<dataDir>/node.crt`. */
  readonly tlsCa?: string;
  /** Which addresses others may name to this node; default `auto`. */
  readonly scope?: NetworkScope;
  /** `10.0.0.0/8`: for the scopes `private` and `cluster`. */
  readonly allowedCidrs?: readonly string[];
  readonly allowedNameSuffixes?: readonly string[];
  /** Number of the autonomous system that an address (4 or 16 bytes) belongs to. */
  readonly asNumberOf?: (ip: Uint8Array) => number | undefined;
  /** Key and peers are kept here; without it the node remembers nothing. */
  readonly dataDir?: string;
  /** In place of the file store in `dataDir`. The caller closes nothing: `stop()` does. */
  readonly store?: PeerStore;
  readonly identity?: LocalIdentity;
  readonly limits?: Partial<NodeLimits>;
  readonly transportLimits?: Partial<TransportLimits>;
  readonly validator?: ChainValidator;
  readonly resolver?: HostResolver;
  /** Hears everything from the first event on. */
  readonly onEvent?: NodeEventListener;
}

/**
 * Starts a node inside this process, without Nest and without HTTP.
 * @throws VisionError VN_ERR_CONFIG (an option), VN_ERR_CANNOT_LISTEN, VN_ERR_DATA_DIR
 */
export async function createNode(options: CreateNodeOptions = {}): Promise<RunningNode> {
  const profile = chainProfile(options.chainId ?? 'testnet', options.genesisHash);
  const network = networkOf(options, profile);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const identity = options.identity ?? identityOf(options.dataDir);
  const store = await storeOf(options);
  try {
    return await startNode({
      network,
      limits,
      identity,
      transport: transportOf(options, identity, limits.acceptsPerSecond),
      resolver: options.resolver ?? new DnsHostResolver(),
      store,
      validator: options.validator ?? createPowChainValidator({ profile, now: () => Date.now() }),
      listeners: options.onEvent === undefined ? [] : [options.onEvent],
    });
  } catch (error) {
    await store.close();
    throw error;
  }
}

function networkOf(options: CreateNodeOptions, profile: ChainProfile) {
  return {
    chainId: profile.chainId,
    genesisHash: profile.genesisHash,
    agent: AGENT,
    zone: options.zone ?? '',
    advertise: options.advertise === undefined ? undefined : addressOf(options.advertise),
    seeds: (options.seeds ?? []).map(sourceOf),
    operatorPeers: (options.peers ?? []).map(addressOf),
    scope: options.scope ?? 'auto',
    allowedCidrs: (options.allowedCidrs ?? []).map(cidrOf),
    allowedNameSuffixes: options.allowedNameSuffixes ?? [],
    asNumberOf: options.asNumberOf,
    security: options.security ?? DEFAULT_SECURITY,
  };
}

function transportOf(
  options: CreateNodeOptions,
  identity: LocalIdentity,
  acceptsPerSecond: number,
): TcpTransport {
  return new TcpTransport({
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    limits: { ...DEFAULT_TRANSPORT_LIMITS, ...options.transportLimits },
    acceptsPerSecond,
    channel:
      (options.security ?? DEFAULT_SECURITY) === 'plain'
        ? undefined
        : new TlsChannel({ ...identity.credentials(), ca: options.tlsCa }),
  });
}

async function storeOf(options: CreateNodeOptions): Promise<PeerStore> {
  if (options.store !== undefined) return options.store;
  if (options.dataDir === undefined) return createMemoryPeerStore();
  return await openFilePeerStore({ dataDir: options.dataDir });
}

function identityOf(dataDir: string | undefined): LocalIdentity {
  return dataDir === undefined ? ephemeralIdentity() : loadOrCreateIdentity(dataDir);
}

function addressOf(text: string): PeerAddress {
  const parsed = parsePeerAddress(text);
  if (parsed.ok) return parsed.address;
  throw new VisionError('VN_ERR_CONFIG', `"${text}" is not an address`, 'write host:port');
}

function cidrOf(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr !== undefined) return cidr;
  throw new VisionError('VN_ERR_CONFIG', `"${text}" is not a range`, 'write 10.0.0.0/8');
}

function sourceOf(text: string): SeedSource {
  const parsed = parseSeedSource(text);
  if (parsed.ok) return parsed.source;
  throw new VisionError('VN_ERR_CONFIG', `"${text}" is not a seed`, `write ${parsed.expected}`);
}
