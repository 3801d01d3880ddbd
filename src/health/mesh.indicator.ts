import type { HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { DiscoveryFacade } from '../discovery/discovery-facade.ts';

/** The mesh latch: joined once, or sure that there is nobody to join. Lost peers do not undo it. */
export class MeshIndicator {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly discovery: DiscoveryFacade,
  ) {}

  check(): HealthIndicatorResult {
    const snapshot = this.discovery.snapshot();
    const { readiness, peers } = snapshot;
    const indicator = this.health.check('mesh');
    const facts = {
      state: this.discovery.state(snapshot),
      inbound: peers.inbound,
      outbound: peers.outbound,
    };
    return readiness.joined
      ? indicator.up({ ...facts, reason: readiness.reason ?? 'connected' })
      : indicator.down({ ...facts, message: `waiting for ${readiness.waitingFor ?? 'peers'}` });
  }
}
