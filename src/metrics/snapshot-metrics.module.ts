import { Global, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { RUNNING_NODE } from '../discovery/discovery.module.ts';
import { DiscoveryFacade } from '../discovery/discovery-facade.ts';
import { LimitHits } from '../discovery/limit-hits.ts';
import type { RunningNode } from '../runtime/running-node.ts';
import { EventMetricsModule } from './event-metrics.module.ts';
import { NodeEventMetrics } from './node-event-metrics.ts';
import { SnapshotMetrics } from './snapshot-metrics.ts';
import { StoreWriteMetrics } from './store-write-metrics.ts';

/** Global, because the Prometheus library's module builds the controller and imports nothing. */
@Global()
@Module({
  imports: [EventMetricsModule],
  providers: [
    {
      provide: SnapshotMetrics,
      inject: [Registry, DiscoveryFacade],
      useFactory: (registry: Registry, discovery: DiscoveryFacade) =>
        new SnapshotMetrics(registry, discovery),
    },
    {
      provide: StoreWriteMetrics,
      inject: [Registry, RUNNING_NODE],
      useFactory: (registry: Registry, node: RunningNode) => new StoreWriteMetrics(registry, node),
    },
    {
      provide: Symbol('limits of the surface'),
      inject: [LimitHits, NodeEventMetrics],
      useFactory: (hits: LimitHits, metrics: NodeEventMetrics) =>
        hits.listen((limit) => metrics.observe({ kind: 'limit-hit', limit }, Date.now())),
    },
  ],
  exports: [EventMetricsModule, SnapshotMetrics],
})
export class SnapshotMetricsModule {}
