import { Module } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ConfigModule } from '../../src/config/config.module.ts';
import type { NodeConfig } from '../../src/config/node-config.ts';
import { DiscoveryModule } from '../../src/discovery/discovery.module.ts';
import { HealthModule } from '../../src/health/health.module.ts';
import { createHttpApplication, openHttpListeners } from '../../src/http/http-application.ts';
import { HttpModule } from '../../src/http/http.module.ts';
import type { LogFields, Logger } from '../../src/logging/logger.ts';
import { LoggingModule } from '../../src/logging/logging.module.ts';
import { EventMetricsModule } from '../../src/metrics/event-metrics.module.ts';
import { MetricsModule } from '../../src/metrics/metrics.module.ts';
import { NodeEventMetrics } from '../../src/metrics/node-event-metrics.ts';
import { StubRunningNode } from './stub-running-node.ts';

export interface LoggedLine {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields | undefined;
}

export interface OperatorSurface {
  readonly application: NestExpressApplication;
  readonly node: StubRunningNode;
  readonly events: NodeEventMetrics;
  readonly logged: LoggedLine[];
  readonly publicPort: number;
  readonly operationsPort: number;
  readonly publicUrl: string;
  readonly operationsUrl: string;
}

export function configOf(http: Partial<NodeConfig['http']> = {}): NodeConfig {
  return {
    network: {
      chainId: 'testnet',
      genesisHash: new Uint8Array(32),
      scope: 'auto',
      allowedCidrs: [],
      allowedNameSuffixes: [],
      asMap: undefined,
      zone: '',
    },
    http: {
      host: '127.0.0.1',
      port: 0,
      opsHost: '127.0.0.1',
      opsPort: 0,
      opsTokenFile: undefined,
      exposeMetrics: true,
      ...http,
    },
    p2p: {
      host: '127.0.0.1',
      port: 0,
      advertise: undefined,
      security: 'plain',
      tlsCa: undefined,
      maxInboundConnections: 64,
    },
    store: {
      kind: 'memory',
      dataDir: '',
      redis: { url: undefined, urlFile: undefined, keyPrefix: '', tlsCa: undefined },
    },
    log: { level: 'info', format: 'text' },
    readiness: { minPeers: 1, loneNodeSeconds: 10, maxWaitSeconds: 120 },
    discovery: {
      seeds: [],
      peers: [],
      minOutboundConnections: 8,
      maxOutboundConnections: 16,
      connectionTimeoutSeconds: 10,
      reconnectionIntervalSeconds: 30,
    },
  };
}

/** The real HTTP, health and metrics modules on real ports, over a node that the test plays. */
export async function openOperatorSurface(
  http: Partial<NodeConfig['http']> = {},
): Promise<OperatorSurface> {
  const config = configOf(http);
  const node = new StubRunningNode();
  const { logger, logged } = recordingLogger();

  @Module({
    imports: [
      ConfigModule.forRoot(config),
      LoggingModule.forRoot(logger),
      DiscoveryModule.forRoot({ imports: [], inject: [], start: async () => node }),
      EventMetricsModule,
      MetricsModule,
      HttpModule,
      HealthModule,
    ],
  })
  class SurfaceModule {}

  const application = await createHttpApplication(SurfaceModule, false);
  const { publicApi, operations } = await openHttpListeners(application, config).catch(
    async (fault: unknown) => {
      await application.close();
      throw fault;
    },
  );
  return {
    application,
    node,
    events: application.get(NodeEventMetrics),
    logged,
    publicPort: publicApi.port,
    operationsPort: operations.port,
    publicUrl: `http://127.0.0.1:${publicApi.port}`,
    operationsUrl: `http://127.0.0.1:${operations.port}`,
  };
}

export function recordingLogger(): { logger: Logger; logged: LoggedLine[] } {
  const logged: LoggedLine[] = [];
  const at = (level: string) => (message: string, fields?: LogFields) => {
    logged.push({ level, message, fields });
  };
  const logger: Logger = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    isEnabled: () => true,
  };
  return { logger, logged };
}
