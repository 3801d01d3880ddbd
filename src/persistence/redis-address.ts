import { VisionError } from '../support/vision-error.ts';

/** Where a Redis is and how to log in. Holds a secret: never log it. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  readonly tls: boolean;
}

const DEFAULT_PORT = 6_379;
const DATABASE = /^\/?([0-9]{0,5})\/?$/;

/**
 * `redis://[user[:password]@]host[:port][/db]`, `rediss://` for TLS. A query is ignored: it must not
 * change how the store treats its connection.
 * @throws VisionError VN_ERR_CONFIG, without a part of the URL in its text.
 */
export function parseRedisUrl(text: string): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const database = url === undefined ? null : DATABASE.exec(url.pathname);
  if (url === undefined || database === null || url.hostname === '') throw malformedUrl();
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') throw malformedUrl();
  if (url.port === '0') throw malformedUrl();
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    db: Number(database[1]),
    tls: url.protocol === 'rediss:',
    ...credentialsOf(url),
  };
}

function credentialsOf(url: URL): Pick<RedisAddress, 'username' | 'password'> {
  return {
    ...(url.username === '' ? {} : { username: decoded(url.username) }),
    ...(url.password === '' ? {} : { password: decoded(url.password) }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) throw malformedUrl();
    throw error;
  }
}

function malformedUrl(): VisionError {
  return new VisionError(
    'VN_ERR_CONFIG',
    'store.redis.url is not of the form redis://[user:password@]host[:port][/database]',
    'percent-encode special characters in the password; rediss:// is for TLS',
  );
}
