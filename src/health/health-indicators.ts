import type { HealthIndicatorService } from '@nestjs/terminus';
import type { DiscoveryFacade } from '../discovery/discovery-facade.ts';
import { DrainingIndicator } from './draining.indicator.ts';
import { EventLoopIndicator } from './event-loop.indicator.ts';
import { HeartbeatIndicator } from './heartbeat.indicator.ts';
import { ListenersIndicator } from './listeners.indicator.ts';
import { MeshIndicator } from './mesh.indicator.ts';
import { StartupIndicator } from './startup.indicator.ts';
import { StoreIndicator } from './store.indicator.ts';

/** All indicators of one application, by what they look at. */
export class HealthIndicators {
  readonly draining: DrainingIndicator;
  readonly eventLoop: EventLoopIndicator;
  readonly heartbeat: HeartbeatIndicator;
  readonly listeners: ListenersIndicator;
  readonly mesh: MeshIndicator;
  readonly startup: StartupIndicator;
  readonly store: StoreIndicator;

  constructor(health: HealthIndicatorService, discovery: DiscoveryFacade) {
    this.draining = new DrainingIndicator(health, discovery);
    this.eventLoop = new EventLoopIndicator(health, () => performance.now());
    this.heartbeat = new HeartbeatIndicator(health, discovery);
    this.listeners = new ListenersIndicator(health, discovery);
    this.mesh = new MeshIndicator(health, discovery);
    this.startup = new StartupIndicator(health, discovery);
    this.store = new StoreIndicator(health, discovery);
  }

  onApplicationShutdown(): void {
    this.eventLoop.stop();
  }
}
