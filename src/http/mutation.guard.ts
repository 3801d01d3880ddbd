import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { MutationPolicy, remoteOf } from './mutation-policy.ts';
import { OperatorAudit } from './operator-audit.ts';

/** Lets only those requests through that may change the node; refusals are logged. */
@Injectable()
export class MutationGuard implements CanActivate {
  constructor(
    private readonly policy: MutationPolicy,
    private readonly audit: OperatorAudit,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const problem = await this.policy.problemOf(request);
    if (problem === undefined) return true;
    const response = http.getResponse<Response>();
    if (problem.code === 'rate-limited') response.setHeader('retry-after', '1');
    if (problem.code === 'token-required') response.setHeader('www-authenticate', 'Bearer');
    this.audit.refused(problem.code, remoteOf(request));
    throw problem;
  }
}
