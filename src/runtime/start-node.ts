import type { SeedSource } from '../core/connectivity/seed-source.ts';
import { PeerNode } from '../core/node/peer-node.ts';
import { nodeIdOfKey } from '../core/session/node-identity.ts';
import { unixMillis } from '../core/support/brand.ts';
import type { Cidr } from '../core/support/cidr.ts';
import type { NodeLimits } from '../core/support/limits.ts';
import type { NetworkScope } from '../core/support/network-scope.ts';
import type { PeerAddress } from '../core/support/peer-address.ts';
import type { Sign } from '../core/wire/peer-record.ts';
import { sha256 } from '../support/sha256.ts';
import { CryptoRandom } from './crypto-random.ts';
import { monotonicNow, NodeDriver } from './node-driver.ts';
import type { ChainValidator } from './ports/chain-validator.ts';
import type { HostResolver } from './ports/host-resolver.ts';
import type { PeerStore } from './ports/peer-store.ts';
import type { Transport, TransportObserver } from './ports/transport.ts';
import type { NodeEventListener, RunningNode } from './running-node.ts';

/** A goodbye leaves within this time, or the socket is ended without it. */
const GOODBYE_MS = 1_000;

export interface StartNodeDependencies {
  readonly network: {
    readonly chainId: string;
    /** 32 bytes. */
    readonly genesisHash: Uint8Array;
    readonly agent: string;
    readonly zone: string;
    readonly advertise: PeerAddress | undefined;
    readonly seeds: readonly SeedSource[];
    readonly operatorPeers: readonly PeerAddress[];
    readonly scope: NetworkScope;
    readonly allowedCidrs: readonly Cidr[];
    readonly allowedNameSuffixes: readonly string[];
    readonly security?: 'plain' | 'tls' | 'prefer' | undefined;
    readonly asNumberOf?: ((ip: Uint8Array) => number | undefined) | undefined;
  };
  readonly limits: NodeLimits;
  readonly identity: { readonly publicKey: Uint8Array; readonly sign: Sign };
  readonly transport: Transport;
  readonly resolver: HostResolver;
  readonly store: PeerStore;
  readonly validator: ChainValidator;
  /** Hear everything from the first event on. */
  readonly listeners: readonly NodeEventListener[];
}

/**
 * Reads the store, starts to listen and sets the node going.
 * @throws VisionError VN_ERR_CANNOT_LISTEN, VN_ERR_DATA_DIR; what was opened is closed again
 */
export async function startNode(deps: StartNodeDependencies): Promise<RunningNode> {
  const { transport, store } = deps;
  const { peers, documents } = await store.load();
  const slot: { driver?: NodeDriver } = {};
  const p2pPort = await transport.listen(observerOf(() => slot.driver));
  const node = new PeerNode(
    {
      ...deps.network,
      publicKey: deps.identity.publicKey,
      sign: deps.identity.sign,
      p2pPort,
      limits: deps.limits,
      random: new CryptoRandom(),
      sha256,
      wallClock: () => unixMillis(Date.now()),
    },
    monotonicNow(),
  );
  const driver = new NodeDriver(node, deps);
  slot.driver = driver;
  for (const listener of deps.listeners) driver.subscribe(listener);
  driver.submit({ kind: 'peers-loaded', peers, documents });
  return new LocalNode(node, driver, deps, p2pPort);
}

/** Nothing is reported before `listen` has resolved; the driver is there by then. */
function observerOf(driver: () => NodeDriver | undefined): TransportObserver {
  return {
    opened: (connection) => driver()?.submit({ kind: 'connection-opened', ...connection }),
    secured: (connectionId, publicKey) =>
      driver()?.submit({ kind: 'connection-secured', connectionId, publicKey }),
    dialFailed: (connectionId, failure) =>
      driver()?.submit({ kind: 'dial-failed', connectionId, failure }),
    received: (connectionId, bytes) =>
      driver()?.submit({ kind: 'bytes-received', connectionId, bytes }),
    closed: (connectionId, reason) =>
      driver()?.submit({ kind: 'connection-closed', connectionId, reason }),
    limitHit: (limit) => driver()?.submit({ kind: 'transport-limit-hit', limit }),
  };
}

class LocalNode implements RunningNode {
  readonly nodeId;
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly node: PeerNode,
    private readonly driver: NodeDriver,
    private readonly deps: StartNodeDependencies,
    readonly p2pPort: number,
  ) {
    this.nodeId = nodeIdOfKey(deps.identity.publicKey, sha256);
  }

  snapshot(): ReturnType<RunningNode['snapshot']> {
    return this.node.snapshot(monotonicNow());
  }

  peers(query: Parameters<RunningNode['peers']>[0]): readonly string[] {
    return this.node.peers(query);
  }

  connections(): ReturnType<RunningNode['connections']> {
    return this.node.connections(monotonicNow());
  }

  book(query: Parameters<RunningNode['book']>[0]): ReturnType<RunningNode['book']> {
    return this.node.book(query, monotonicNow());
  }

  sources(): ReturnType<RunningNode['sources']> {
    return this.node.sources(monotonicNow());
  }

  bans(): ReturnType<RunningNode['bans']> {
    return this.node.bans();
  }

  storeHealth(): ReturnType<RunningNode['storeHealth']> {
    return this.deps.store.health();
  }

  onStoreWrite(listener: (seconds: number) => void): void {
    this.deps.store.onWrite(listener);
  }

  heartbeatAgeMs(): number {
    return this.driver.heartbeatAgeMs;
  }

  subscribe(listener: NodeEventListener): () => void {
    return this.driver.subscribe(listener);
  }

  command(command: Parameters<RunningNode['command']>[0]): void {
    this.driver.submit({ kind: 'operator-command', command });
  }

  stop(): Promise<void> {
    this.stopping ??= this.goodbye();
    return this.stopping;
  }

  private async goodbye(): Promise<void> {
    const { transport, resolver, store } = this.deps;
    this.command({ kind: 'drain' });
    transport.stopListening();
    resolver.close();
    await Promise.race([transport.shutdown(), delay(2 * GOODBYE_MS)]);
    // Whoever was banned meanwhile.
    this.command({ kind: 'drain' });
    this.driver.stop();
    await store.close();
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
