import { X509Certificate } from 'node:crypto';
import { NAMED_FILE_LIMITS } from '../core/support/surface-limits.ts';
import { tokenOfText } from '../support/token-text.ts';
import { certificatesOf } from './authority-file.ts';
import type { ConfigFault } from './config-fault.ts';
import { KEY_BY_PATH } from './config-keys.ts';
import { redisUrlSource } from './cross-checks.ts';
import type { MergedValues } from './merged-values.ts';
import { namedFileFault, readNamedFile } from './named-file.ts';
import { isRedisUrl } from './value-rules.ts';

interface FileRule {
  readonly key: string;
  readonly bytesMax: number;
  readonly expected: string;
  /** What the file holds in place of what it should; undefined when it is good. */
  readonly lacks: (text: string) => string | undefined;
  readonly applies?: (values: MergedValues) => boolean;
}

const { tokenBytesMax, redisUrlBytesMax, authoritiesBytesMax } = NAMED_FILE_LIMITS;

const RULES: readonly FileRule[] = [
  {
    key: 'http.ops_token_file',
    bytesMax: tokenBytesMax,
    expected: `a readable file with 1 to ${tokenBytesMax} visible ASCII characters`,
    lacks: (text) => (tokenOfText(text) === undefined ? 'no token' : undefined),
  },
  {
    key: 'store.redis.url_file',
    bytesMax: redisUrlBytesMax,
    expected: `a readable file with ${KEY_BY_PATH.get('store.redis.url')?.expected ?? 'a URL'}`,
    lacks: (text) => (isRedisUrl(text.trim()) ? undefined : 'no URL of Redis'),
    applies: (values) => isRedis(values) && redisUrlSource(values) === 'url_file',
  },
  {
    key: 'store.redis.tls_ca',
    bytesMax: authoritiesBytesMax,
    expected: 'a readable file with certificates in PEM',
    lacks: lacksCertificate,
    applies: isRedis,
  },
];

/**
 * Files that are read again by whoever needs them, because what they hold may change and is not kept in the
 * configuration: nothing is started when that cannot work. What they hold is never shown.
 */
export function secretFileFaults(values: MergedValues): ConfigFault[] {
  return RULES.flatMap(({ key, bytesMax, expected, lacks, applies }) => {
    const path = values.optionalText(key);
    if (path === undefined || applies?.(values) === false) return [];
    const text = readNamedFile(path, bytesMax);
    const got = typeof text === 'string' ? lacks(text) : text.got;
    return got === undefined ? [] : [namedFileFault(values, key, { expected, got })];
  });
}

function isRedis(values: MergedValues): boolean {
  return values.text('store.kind') === 'redis';
}

function lacksCertificate(text: string): string | undefined {
  const certificates = certificatesOf(text);
  const bad = certificates.findIndex((pem) => !isCertificate(pem));
  if (bad >= 0) return `no certificate as number ${bad + 1}`;
  return certificates.length === 0 ? 'no certificate' : undefined;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
