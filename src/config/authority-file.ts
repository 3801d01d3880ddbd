import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { type ConfigFault, describeText } from './config-fault.ts';
import type { MergedValues } from './merged-values.ts';

const KEY = 'p2p.tls_ca';
/** Some hundreds of authorities; an operator has one, and two while one follows the other. */
const FILE_BYTES_MAX = 1_048_576;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
const EXPECTED = 'a readable file with the certificates of authorities in PEM';

interface AuthorityReading {
  /** PEM; nothing but certificates. */
  readonly pem: string | undefined;
  readonly faults: readonly ConfigFault[];
}

/** The authorities of `p2p.tls_ca`. What else is in the file, a key perhaps, is neither kept nor shown. */
export function readAuthority(values: MergedValues): AuthorityReading {
  const path = values.optionalText(KEY);
  if (path === undefined || values.hasFault(KEY, 'p2p.security')) return none();
  const security = values.text('p2p.security');
  if (security !== 'tls') {
    const expected = `nothing: with p2p.security ${security} peers need no certificate`;
    return none({ expected, got: describeText(path) });
  }
  const text = readText(path);
  if (typeof text !== 'string') return none(text);
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) return none({ expected: EXPECTED, got: 'no certificate' });
  const bad = certificates.findIndex((pem) => !isAuthority(pem));
  if (bad >= 0) return none({ expected: EXPECTED, got: `no authority as number ${bad + 1}` });
  return { pem: `${certificates.join('\n')}\n`, faults: [] };

  function none(fault?: Pick<ConfigFault, 'expected' | 'got'>): AuthorityReading {
    const source = values.sourceOf(KEY).name;
    return { pem: undefined, faults: fault === undefined ? [] : [{ source, key: KEY, ...fault }] };
  }
}

function readText(path: string): string | Pick<ConfigFault, 'expected' | 'got'> {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return { expected: EXPECTED, got: 'no regular file' };
    if (stat.size > FILE_BYTES_MAX) return { expected: EXPECTED, got: `${stat.size} bytes` };
    return readFileSync(path, 'latin1');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    return { expected: EXPECTED, got: code === 'ENOENT' ? 'no such file' : code };
  }
}

/** RFC 5280 4.2.1.9: basic constraints say so. */
function isAuthority(pem: string): boolean {
  try {
    return new X509Certificate(pem).ca;
  } catch {
    return false;
  }
}
