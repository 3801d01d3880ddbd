import {
  type ArgumentMetadata,
  Module,
  type ValidationError,
  ValidationPipe,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, HttpAdapterHost } from '@nestjs/core';
import { NODE_CONFIG } from '../config/config.module.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { HTTP_LIMITS } from '../core/support/surface-limits.ts';
import { ApplicationStatus } from '../discovery/application-status.ts';
import { RUNNING_NODE } from '../discovery/discovery.module.ts';
import { LimitHits } from '../discovery/limit-hits.ts';
import { type Logger, quoted } from '../logging/logger.ts';
import { LOGGER } from '../logging/logging.module.ts';
import { RemoteLineLimit } from '../logging/remote-line-limit.ts';
import type { RunningNode } from '../runtime/running-node.ts';
import { AddressRateLimiter } from './address-rate-limiter.ts';
import { HttpListeners } from './http-listeners.ts';
import { HttpProblem } from './http-problem.ts';
import { ListenerGuard } from './listener.guard.ts';
import { MutationPolicy } from './mutation-policy.ts';
import { type AuditRecord, OperatorAudit } from './operator-audit.ts';
import { OperatorToken } from './operator-token.ts';
import { OpsChangesController } from './ops-changes.controller.ts';
import { OpsController } from './ops.controller.ts';
import { P2pController } from './p2p.controller.ts';
import { ProblemFilter } from './problem-filter.ts';
import { ShutdownCoordinator } from './shutdown-coordinator.ts';

const UNKNOWN_PARAMETER = 'unknown parameter';

/** The HTTP surface: two listeners, their limits, the error body, `/p2p/*` and `/ops/*`. */
@Module({
  controllers: [P2pController, OpsController, OpsChangesController],
  providers: [
    {
      provide: APP_FILTER,
      inject: [LOGGER, LimitHits],
      useFactory: (logger: Logger, hits: LimitHits) =>
        new ProblemFilter((fault) => reportFault(logger, fault), hits),
    },
    {
      provide: APP_GUARD,
      inject: [NODE_CONFIG],
      useFactory: (config: NodeConfig) => new ListenerGuard(config.http.exposeMetrics),
    },
    { provide: APP_PIPE, useFactory: queryPipe },
    {
      provide: AddressRateLimiter,
      useFactory: () => new AddressRateLimiter(HTTP_LIMITS.peersRate, () => performance.now()),
    },
    {
      provide: OperatorAudit,
      inject: [LOGGER],
      useFactory: (logger: Logger) => new OperatorAudit(auditLog(logger)),
    },
    {
      provide: MutationPolicy,
      inject: [NODE_CONFIG],
      useFactory: createMutationPolicy,
    },
    {
      provide: HttpListeners,
      inject: [HttpAdapterHost, ApplicationStatus, LimitHits],
      useFactory: (host: HttpAdapterHost, status: ApplicationStatus, hits: LimitHits) =>
        new HttpListeners(host.httpAdapter.getInstance(), status, hits),
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

async function createMutationPolicy({ http }: NodeConfig): Promise<MutationPolicy> {
  const path = http.opsTokenFile;
  const token = path === undefined ? undefined : await OperatorToken.at(path);
  return new MutationPolicy(
    new AddressRateLimiter(HTTP_LIMITS.changesRate, () => performance.now()),
    token,
  );
}

/** Changes are always told; refusals no faster than anything else that one remote causes. */
function auditLog(logger: Logger): (record: AuditRecord) => void {
  const limit = new RemoteLineLimit();
  return (record) => {
    const remote = quoted(record.remote);
    if (record.outcome === 'accepted') {
      const { action, subject } = record;
      logger.info('Operator change', { action, subject: quoted(subject), remote });
      return;
    }
    const now = Date.now();
    for (const { remote: from, count } of limit.report(now)) {
      logger.warn('Log lines suppressed', { remote: quoted(from), suppressed: count });
    }
    if (!limit.admits(record.remote, now)) return;
    logger.warn('Operator change refused', { code: record.code, remote });
  };
}

/** What every object has seems known to the validator. */
class StrictPipe extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
    if (names.some((name) => name in Object.prototype)) {
      throw new HttpProblem('invalid-parameter', UNKNOWN_PARAMETER);
    }
    return super.transform(value, metadata);
  }
}

/** Unknown and repeated parameters are refused like wrong ones: nobody is left guessing. */
function queryPipe(): ValidationPipe {
  return new StrictPipe({
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
    'whitelistValidation' in constraints ? [UNKNOWN_PARAMETER] : Object.values(constraints),
  );
  return [...new Set(sentences)].join('; ') || 'invalid parameters';
}

function reportFault(logger: Logger, fault: unknown): void {
  const detail = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
  logger.error('Request failed', { detail });
}
