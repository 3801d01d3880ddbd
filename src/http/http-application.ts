import type { IncomingMessage } from 'node:http';
import type { DynamicModule, LoggerService, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import type { NodeConfig } from '../config/node-config.ts';
import { HTTP_LIMITS } from '../core/support/surface-limits.ts';
import { type BoundListener, HttpListeners } from './http-listeners.ts';
import { listenerOf } from './listener-of-request.ts';

/** Nest over Express, initialised, with no port open: the listeners are ours. */
export async function createHttpApplication(
  module: DynamicModule | Type,
  logger: LoggerService | false,
): Promise<NestExpressApplication> {
  const application = await NestFactory.create<NestExpressApplication>(
    module,
    new ExpressAdapter(),
    { logger, abortOnError: false, bodyParser: false },
  );
  try {
    configure(application);
    await application.init();
  } catch (fault) {
    await application.close();
    throw fault;
  }
  return application;
}

function configure(application: NestExpressApplication): void {
  application.disable('x-powered-by');
  application.disable('etag');
  application.set('query parser', 'simple');
  // Nothing is unpacked, and whatever is no JSON is still counted against the limit.
  const limits = { limit: HTTP_LIMITS.bodyBytesMax, inflate: false };
  application.useBodyParser('json', { ...limits, type: isJsonForOperator });
  application.useBodyParser('raw', { ...limits, type: isForOperator });
}

/** Nothing on the public listener takes a body: there a path that is not there stays so, whatever is sent to it. */
function isForOperator(request: IncomingMessage): boolean {
  return listenerOf(request) === 'operations';
}

function isJsonForOperator(request: IncomingMessage): boolean {
  const type = request.headers['content-type'] ?? '';
  return isForOperator(request) && /^application\/json[\t ]*(;|$)/i.test(type);
}

/**
 * Binds the public and then the operations listener. @returns both, with their real ports.
 * @throws VisionError VN_ERR_CANNOT_LISTEN
 */
export async function openHttpListeners(
  application: NestExpressApplication,
  { http }: NodeConfig,
): Promise<{ publicApi: BoundListener; operations: BoundListener }> {
  const listeners = application.get(HttpListeners);
  const publicApi = await listeners.open({ name: 'public', host: http.host, port: http.port });
  const operations = await listeners.open({
    name: 'operations',
    host: http.opsHost,
    port: http.opsPort,
  });
  return { publicApi, operations };
}
