import { Module, type ValidationError, ValidationPipe } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, HttpAdapterHost } from '@nestjs/core';
import { NODE_CONFIG } from '../config/config.module.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { ApplicationStatus } from '../discovery/application-status.ts';
import { RUNNING_NODE } from '../discovery/discovery.module.ts';
import type { Logger } from '../logging/logger.ts';
import { LOGGER } from '../logging/logging.module.ts';
import type { RunningNode } from '../runtime/running-node.ts';
import { AddressRateLimiter } from './address-rate-limiter.ts';
import { HttpListeners } from './http-listeners.ts';
import { HttpProblem } from './http-problem.ts';
import { ListenerGuard } from './listener.guard.ts';
import { OpsController } from './ops.controller.ts';
import { P2pController } from './p2p.controller.ts';
import { ProblemFilter } from './problem-filter.ts';
import { ShutdownCoordinator } from './shutdown-coordinator.ts';

/** 1,024 addresses × ~200 B; the burst lets a script that starts ask a few times at once. */
const PEERS_RATE = { perSecond: 5, burst: 10, addressesMax: 1_024 };

/** The HTTP surface: two listeners, their limits, the error body, `/p2p/*` and `/ops/*`. */
@Module({
  controllers: [P2pController, OpsController],
  providers: [
    {
      provide: APP_FILTER,
      inject: [LOGGER],
      useFactory: (logger: Logger) => new ProblemFilter((fault) => reportFault(logger, fault)),
    },
    {
      provide: APP_GUARD,
      inject: [NODE_CONFIG],
      useFactory: (config: NodeConfig) => new ListenerGuard(config.http.exposeMetrics),
    },
    { provide: APP_PIPE, useFactory: queryPipe },
    {
      provide: AddressRateLimiter,
      useFactory: () => new AddressRateLimiter(PEERS_RATE, () => performance.now()),
    },
    {
      provide: HttpListeners,
      inject: [HttpAdapterHost, ApplicationStatus],
      useFactory: (host: HttpAdapterHost, status: ApplicationStatus) =>
        new HttpListeners(host.httpAdapter.getInstance(), status),
    },
    {
      provide: ShutdownCoordinator,
      inject: [ApplicationStatus, RUNNING_NODE, HttpListeners, LOGGER],
      useFactory: (
        status: ApplicationStatus,
        node: RunningNode,
        listeners: HttpListeners,
        logger: Logger,
      ) =>
        new ShutdownCoordinator(status, node, listeners, (message, signal) =>
          logger.info(message, { signal }),
        ),
    },
  ],
  exports: [HttpListeners],
})
export class HttpModule {}

/** Unknown and repeated parameters are refused like wrong ones: nobody is left guessing. */
function queryPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => new HttpProblem('invalid-parameter', sentenceOf(errors)),
  });
}

function sentenceOf(errors: ValidationError[]): string {
  const sentences = errors.flatMap(({ constraints = {} }) =>
    'whitelistValidation' in constraints ? ['unknown parameter'] : Object.values(constraints),
  );
  return [...new Set(sentences)].join('; ') || 'invalid parameters';
}

function reportFault(logger: Logger, fault: unknown): void {
  const detail = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
  logger.error('Request failed', { detail });
}
