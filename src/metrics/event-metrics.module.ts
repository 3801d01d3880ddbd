import { Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { NODE_CONFIG } from '../config/config.module.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { NodeEventMetrics } from './node-event-metrics.ts';

/**
 * The register of one application and what counts a node's events. It knows no node: it must be
 * there before one starts, since a node reports from its first moment.
 */
@Module({
  providers: [
    { provide: Registry, useFactory: () => new Registry() },
    {
      provide: NodeEventMetrics,
      inject: [Registry, NODE_CONFIG],
      useFactory: (registry: Registry, { discovery }: NodeConfig) =>
        new NodeEventMetrics(registry, {
          outboundMin: discovery.minOutboundConnections,
          startedAtUnixMs: Date.now(),
        }),
    },
  ],
  exports: [Registry, NodeEventMetrics],
})
export class EventMetricsModule {}
