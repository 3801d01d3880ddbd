import { Module } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { MetricsController } from './metrics.controller.ts';
import { SnapshotMetricsModule } from './snapshot-metrics.module.ts';

/**
 * `GET /metrics`. The library's own register is global to the process, where two applications would
 * meet; it supplies the route, and each application its own register.
 */
@Module({
  imports: [
    SnapshotMetricsModule,
    PrometheusModule.register({
      controller: MetricsController,
      defaultMetrics: { enabled: false },
    }),
  ],
})
export class MetricsModule {}
