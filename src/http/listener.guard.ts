import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { HttpProblem } from './http-problem.ts';
import { listenerOf } from './listener-of-request.ts';

const PUBLIC_ROUTES = new Set([
  '/p2p/peers',
  '/p2p/status',
  '/health',
  '/health/startup',
  '/health/live',
  '/health/ready',
]);

/**
 * Lets only named routes answer on the public listener; a route that nobody thought of is an
 * operations route. It asks for the matched route, not for the path, so no spelling gets past it.
 */
@Injectable()
export class ListenerGuard implements CanActivate {
  constructor(private readonly exposeMetrics: boolean) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (listenerOf(request) === 'operations') return true;
    const route = String((request.route as { path?: unknown } | undefined)?.path);
    if (PUBLIC_ROUTES.has(route) || (this.exposeMetrics && route === '/metrics')) return true;
    throw new HttpProblem('not-found', 'nothing is here on this listener');
  }
}
