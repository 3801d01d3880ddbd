import { Global, Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { RUNNING_NODE } from '../discovery/discovery.module.ts';
import { DiscoveryFacade } from '../discovery/discovery-facade.ts';
import type { RunningNode } from '../runtime/running-node.ts';
import { EventMetricsModule } from './event-metrics.module.ts';
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
  ],
  exports: [EventMetricsModule, SnapshotMetrics],
})
export class SnapshotMetricsModule {}
