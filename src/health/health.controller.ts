import { Controller, Get, ServiceUnavailableException, UseFilters } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';
import { HealthIndicators } from './health-indicators.ts';
import { processReport } from './process-report.ts';
import { UnhealthyFilter } from './unhealthy.filter.ts';

/** The probes and the whole report. Nothing outside the process decides about the first two. */
@Controller('health')
@UseFilters(UnhealthyFilter)
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicators,
  ) {}

  /** Has started once. */
  @Get('startup')
  @HealthCheck()
  startup(): HealthCheckResult {
    return okOrUnavailable(processReport([this.indicators.startup.check()]));
  }

  /** A restart would not help. */
  @Get('live')
  @HealthCheck()
  live(): HealthCheckResult {
    const { eventLoop, heartbeat } = this.indicators;
    return okOrUnavailable(processReport([eventLoop.check(), heartbeat.check()]));
  }

  /** Send traffic, go on with the rollout. */
  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    const { draining, listeners, mesh } = this.indicators;
    return this.health.check([() => draining.check(), () => listeners.check(), () => mesh.check()]);
  }

  /** Everything, with reasons; not a probe. */
  @Get()
  @HealthCheck()
  report(): Promise<HealthCheckResult> {
    const { draining, eventLoop, heartbeat, listeners, mesh, startup, store } = this.indicators;
    return this.health.check([
      () => startup.check(),
      () => eventLoop.check(),
      () => heartbeat.check(),
      () => listeners.check(),
      () => mesh.check(),
      () => draining.check(),
      () => store.check(),
    ]);
  }
}

function okOrUnavailable(report: HealthCheckResult): HealthCheckResult {
  if (report.status === 'ok') return report;
  throw new ServiceUnavailableException(report);
}
