import { X509Certificate } from 'node:crypto';
import { NAMED_FILE_LIMITS } from '../core/support/surface-limits.ts';
import { type ConfigFault, describeText } from './config-fault.ts';
import type { MergedValues } from './merged-values.ts';
import { namedFileFault, readNamedFile } from './named-file.ts';

const KEY = 'p2p.tls_ca';
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
  const text = readNamedFile(path, NAMED_FILE_LIMITS.authoritiesBytesMax);
  if (typeof text !== 'string') return none({ expected: EXPECTED, ...text });
  const certificates = certificatesOf(text);
  if (certificates.length === 0) return none({ expected: EXPECTED, got: 'no certificate' });
  const bad = certificates.findIndex((pem) => !isAuthority(pem));
  if (bad >= 0) return none({ expected: EXPECTED, got: `no authority as number ${bad + 1}` });
  return { pem: `${certificates.join('\n')}\n`, faults: [] };

  function none(fault?: Pick<ConfigFault, 'expected' | 'got'>): AuthorityReading {
    const faults = fault === undefined ? [] : [namedFileFault(values, KEY, fault)];
    return { pem: undefined, faults };
  }
}

/** Every block that claims to be a certificate. */
export function certificatesOf(text: string): readonly string[] {
  return text.match(CERTIFICATE) ?? [];
}

/** RFC 5280 4.2.1.9: basic constraints say so. */
function isAuthority(pem: string): boolean {
  try {
    return new X509Certificate(pem).ca;
  } catch {
    return false;
  }
}
