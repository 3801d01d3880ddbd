import type { HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { DiscoveryFacade } from '../discovery/discovery-facade.ts';

/** Three turns of the driver, which runs the core at least once a second. */
const HEARTBEAT_AGE_MAX_MS = 3_000;

/** Whether the discovery loop still turns. A node that drains has stopped it: that is no fault. */
export class HeartbeatIndicator {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly discovery: DiscoveryFacade,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.health.check('discovery_loop');
    if (this.discovery.draining) return indicator.up({ message: 'draining' });
    const age_ms = Math.round(this.discovery.heartbeatAgeMs());
    return age_ms < HEARTBEAT_AGE_MAX_MS ? indicator.up({ age_ms }) : indicator.down({ age_ms });
  }
}
