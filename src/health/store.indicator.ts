import type { HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { DiscoveryFacade } from '../discovery/discovery-facade.ts';

/** The peer store. A node without one works on, so its loss is `degraded` and never `down`. */
export class StoreIndicator {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly discovery: DiscoveryFacade,
  ) {}

  check(): HealthIndicatorResult {
    const { up, pendingWrites, detail } = this.discovery.storeHealth();
    const indicator = this.health.check('store');
    const facts = { pending_writes: pendingWrites };
    return up
      ? indicator.up(facts)
      : indicator.degraded({ ...facts, message: detail ?? 'the store does not answer' });
  }
}
