import { Redis } from 'ioredis';

import { parseRedisUrl } from './redis-address.ts';

const COMMAND_TIMEOUT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 2_000;
/** A stuck server does not answer the goodbye either. */
const DISCONNECT_TIMEOUT_MS = 100;
const RECONNECT_MIN_MS = 100;
/** With connecting and one write this keeps "back in Redis within 10 s of its recovery". */
const RECONNECT_MAX_MS = 2_000;

/**
 * A client that fails fast and comes back by itself: no command waits for a connection, is sent twice
 * or lives longer than a second.
 * @throws VisionError VN_ERR_CONFIG when the URL is malformed.
 */
export function redisClient(url: string, tlsCaPem: string | undefined): Redis {
  const { tls, ...address } = parseRedisUrl(url);
  return new Redis({
    ...address,
    ...(tls ? { tls: tlsCaPem === undefined ? {} : { ca: tlsCaPem } } : {}),
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    maxLoadingRetryTime: COMMAND_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    retryStrategy: reconnectDelayMs,
  });
}

/** Doubling with jitter, so that a thousand nodes do not meet a restarted Redis at once. */
function reconnectDelayMs(attempt: number): number {
  const delayMs = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** Math.min(attempt - 1, 8));
  return Math.ceil(delayMs * (0.5 + Math.random() / 2));
}
