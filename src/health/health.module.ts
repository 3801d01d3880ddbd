import { Module } from '@nestjs/common';
import { HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import { DiscoveryFacade } from '../discovery/discovery-facade.ts';
import { HealthController } from './health.controller.ts';
import { HealthIndicators } from './health-indicators.ts';

/** Probes by terminus. It logs nothing: a probe that fails each second is in the answer already. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [
    {
      provide: HealthIndicators,
      inject: [HealthIndicatorService, DiscoveryFacade],
      useFactory: (health: HealthIndicatorService, discovery: DiscoveryFacade) =>
        new HealthIndicators(health, discovery),
    },
  ],
})
export class HealthModule {}
