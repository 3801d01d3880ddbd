import type { HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { DiscoveryFacade } from '../discovery/discovery-facade.ts';

/** Whether both HTTP listeners accept. The P2P one is bound before a node exists at all. */
export class ListenersIndicator {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly discovery: DiscoveryFacade,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.health.check('listeners');
    const closed = this.discovery.closedListeners();
    return closed.length === 0
      ? indicator.up()
      : indicator.down({ message: `not listening: ${closed.join(', ')}` });
  }
}
