import type { HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { DiscoveryFacade } from '../discovery/discovery-facade.ts';

/** Whether the process means to stay. */
export class DrainingIndicator {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly discovery: DiscoveryFacade,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.health.check('lifecycle');
    const draining = this.discovery.draining || this.discovery.snapshot().draining;
    return draining ? indicator.down({ message: 'draining' }) : indicator.up();
  }
}
