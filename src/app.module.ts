import 'reflect-metadata';
import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { chainProfile } from './chain/chain-profile.ts';
import { createPowChainValidator } from './chain/pow-chain-validator.ts';
import { ConfigModule } from './config/config.module.ts';
import type { NodeConfig } from './config/node-config.ts';
import type { AsMap } from './core/support/as-map.ts';
import { toHex } from './core/support/bytes.ts';
import { DiscoveryModule, RUNNING_NODE } from './discovery/discovery.module.ts';
import { nodeLimitsOf } from './discovery/node-limits.ts';
import { OpenResources } from './discovery/open-resources.ts';
import { ShutdownSignals } from './discovery/shutdown-signals.ts';
import { HandshakeModule, LOCAL_IDENTITY } from './handshake/handshake.module.ts';
import type { LocalIdentity } from './handshake/local-identity.ts';
import { HealthModule } from './health/health.module.ts';
import { createHttpApplication, openHttpListeners } from './http/http-application.ts';
import { hostPort } from './http/http-listeners.ts';
import { HttpModule } from './http/http.module.ts';
import { type Logger, quoted } from './logging/logger.ts';
import { LoggingModule } from './logging/logging.module.ts';
import { NestLogAdapter } from './logging/nest-log-adapter.ts';
import { createNodeEventLog } from './logging/node-event-log.ts';
import { EventMetricsModule } from './metrics/event-metrics.module.ts';
import { MetricsModule } from './metrics/metrics.module.ts';
import { NodeEventMetrics } from './metrics/node-event-metrics.ts';
import { PEER_STORE, PersistenceModule } from './persistence/persistence.module.ts';
import type { HostResolver } from './runtime/ports/host-resolver.ts';
import type { PeerStore } from './runtime/ports/peer-store.ts';
import type { Transport } from './runtime/ports/transport.ts';
import type { RunningNode } from './runtime/running-node.ts';
import { startNode } from './runtime/start-node.ts';
import { AGENT } from './support/agent.ts';
import { HOST_RESOLVER, TRANSPORT, TransportModule } from './transport/transport.module.ts';

/** A start that fails is told once, by whoever called `startApplication`, and without a stack. */
class ApplicationLogAdapter extends NestLogAdapter {
  override error(message: unknown, ...rest: unknown[]): void {
    if (rest.at(-1) === 'ExceptionHandler') this.debug(message, ...rest);
    else super.error(message, ...rest);
  }
}

interface AppModuleOptions {
  readonly config: NodeConfig;
  readonly logger: Logger;
  /** Learns of everything that the start opens. */
  readonly resources: OpenResources;
}

/** Where all modules meet. */
@Module({})
class AppModule {
  static forRoot(options: AppModuleOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(options.config),
        LoggingModule.forRoot(options.logger),
        EventMetricsModule,
        discoveryModule(options),
        MetricsModule,
        HttpModule,
        HealthModule,
      ],
    };
  }
}

type NodeParts = [LocalIdentity, PeerStore, Transport, HostResolver, NodeEventMetrics];

function discoveryModule({ config, logger, resources }: AppModuleOptions): DynamicModule {
  return DiscoveryModule.forRoot({
    imports: [
      HandshakeModule,
      PersistenceModule,
      TransportModule.forRoot({ imports: [HandshakeModule], identity: LOCAL_IDENTITY }),
      EventMetricsModule,
    ],
    inject: [LOCAL_IDENTITY, PEER_STORE, TRANSPORT, HOST_RESOLVER, NodeEventMetrics],
    start: async (...[identity, store, transport, resolver, metrics]: NodeParts) => {
      if (config.p2p.tlsCa !== undefined && !identity.isCertified) {
        logger.warn('No certificate for this node: peers that ask for one refuse it', {
          file: quoted(join(config.store.dataDir, 'node.crt')),
        });
      }
      await resources.opened(() => store.close());
      await resources.opened(() => transport.shutdown());
      await resources.opened(() => resolver.close());
      const node = await startNode({
        network: networkOf(config),
        limits: nodeLimitsOf(config),
        identity,
        transport,
        resolver,
        store,
        validator: createPowChainValidator({
          profile: chainProfile(config.network.chainId, toHex(config.network.genesisHash)),
          now: () => Date.now(),
        }),
        listeners: [createNodeEventLog(logger, heldBack(metrics)), metrics.observe],
      });
      await resources.opened(() => node.stop());
      return node;
    },
  });
}

function heldBack(metrics: NodeEventMetrics): () => void {
  return () => metrics.observe({ kind: 'limit-hit', limit: 'log-lines' }, Date.now());
}

function asNumberBy(map: AsMap): (ip: Uint8Array) => number | undefined {
  return (ip) => map.numberOf(ip);
}

function networkOf({ network, p2p, discovery }: NodeConfig) {
  return {
    chainId: network.chainId,
    genesisHash: network.genesisHash,
    agent: AGENT,
    zone: network.zone,
    advertise: p2p.advertise,
    seeds: discovery.seeds,
    operatorPeers: discovery.peers,
    scope: network.scope,
    allowedCidrs: network.allowedCidrs,
    allowedNameSuffixes: network.allowedNameSuffixes,
    security: p2p.security,
    asNumberOf: network.asMap === undefined ? undefined : asNumberBy(network.asMap),
  };
}

export interface RunningApplication {
  /** The bound ports. */
  readonly ports: { readonly http: number; readonly p2p: number; readonly operations: number };
  /** Goodbye to the peers, store flushed, every port closed. Idempotent; ≤ 10 s. */
  stop(): Promise<void>;
}

export interface StartApplicationOptions {
  /** Whether SIGTERM and SIGINT end this process; default true. */
  readonly handleSignals?: boolean;
}

/**
 * Starts the whole service: node, both HTTP listeners, signals.
 * @throws VisionError VN_ERR_CANNOT_LISTEN, VN_ERR_DATA_DIR; what was opened is closed again
 */
export async function startApplication(
  config: NodeConfig,
  logger: Logger,
  { handleSignals = true }: StartApplicationOptions = {},
): Promise<RunningApplication> {
  const signals = new ShutdownSignals(
    (exitCode) => process.exit(exitCode),
    () => performance.now(),
  );
  if (handleSignals) signals.listen();
  const resources = new OpenResources();
  try {
    const application = await createHttpApplication(
      AppModule.forRoot({ config, logger, resources }),
      new ApplicationLogAdapter(logger),
    );
    await resources.opened(() => application.close());
    const running = await openListeners(application, config, logger);
    if (handleSignals) await obeySignals(application, signals);
    return { ...running, stop: () => stop(application, signals) };
  } catch (fault) {
    signals.stop();
    for (const left of await resources.closeAll()) {
      logger.warn('Not closed after a failed start', { detail: String(left) });
    }
    throw fault;
  }
}

async function stop(application: NestExpressApplication, signals: ShutdownSignals): Promise<void> {
  await application.close();
  signals.stop();
}

async function openListeners(
  application: NestExpressApplication,
  config: NodeConfig,
  logger: Logger,
): Promise<Pick<RunningApplication, 'ports'>> {
  const { p2pPort } = application.get<RunningNode>(RUNNING_NODE);
  logger.info('P2P listening', { address: quoted(hostPort(config.p2p.host, p2pPort)) });
  const { publicApi, operations } = await openHttpListeners(application, config);
  logger.info('HTTP API listening', {
    address: quoted(hostPort(publicApi.host, publicApi.port)),
  });
  logger.info('Operations API listening', {
    address: quoted(hostPort(operations.host, operations.port)),
  });
  return { ports: { http: publicApi.port, p2p: p2pPort, operations: operations.port } };
}

/** As process 1 a re-raised signal is ignored, so Nest ends the process by `process.exit`. */
async function obeySignals(
  application: NestExpressApplication,
  signals: ShutdownSignals,
): Promise<void> {
  signals.started();
  application.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  if (signals.received === undefined) return;
  await application.close();
  process.exit(0);
}
