import type { HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { DiscoveryFacade } from '../discovery/discovery-facade.ts';

/** Whether the start has been completed once: store open, identity loaded, listeners bound. */
export class StartupIndicator {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly discovery: DiscoveryFacade,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.health.check('startup');
    return this.discovery.started
      ? indicator.up()
      : indicator.down({ message: 'listeners are still being bound' });
  }
}
