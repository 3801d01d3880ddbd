import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AddressRateLimiter } from './address-rate-limiter.ts';
import { HttpProblem } from './http-problem.ts';
import { listenerOf } from './listener-of-request.ts';

/** Holds one remote address to 5 lists a second on the public listener; monitoring is not held. */
@Injectable()
export class PeersRateGuard implements CanActivate {
  constructor(private readonly limiter: AddressRateLimiter) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (listenerOf(request) === 'operations') return true;
    if (this.limiter.take(request.socket.remoteAddress ?? '')) return true;
    context.switchToHttp().getResponse<Response>().setHeader('retry-after', '1');
    throw new HttpProblem('rate-limited', 'at most 5 requests per second from one address');
  }
}
