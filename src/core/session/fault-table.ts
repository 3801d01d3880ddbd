import type { CloseReason, DialFailure } from './reasons.ts';

/**
 * What a dial that ended with a reason means for the address:
 * `failed` counts against it; `incompatible`: another network or version; `self`: it is us;
 * `put-off`: a good answer, or no dial yet, try again later; `refused`: it failed by our own rules,
 * which says nothing about the network; `ours`: nothing left this machine.
 */
export type DialVerdict = 'failed' | 'refused' | 'incompatible' | 'self' | 'put-off' | 'ours';

/** Who is at fault, for every way in which a dial or its handshake can end. */
export const DIAL_VERDICTS: Readonly<Record<CloseReason | DialFailure, DialVerdict>> = {
  'protocol-version-mismatch': 'incompatible',
  'chain-id-mismatch': 'incompatible',
  'genesis-mismatch': 'incompatible',
  'self-connection': 'self',
  'duplicate-connection': 'put-off',
  'too-many-peers': 'put-off',
  'shutting-down': 'put-off',
  'feeler-done': 'put-off',
  operator: 'put-off',
  banned: 'failed',
  malformed: 'failed',
  timeout: 'failed',
  'identity-mismatch': 'refused',
  'rate-limited': 'failed',
  evicted: 'put-off',
  'security-required': 'failed',
  'foreign-protocol': 'failed',
  'tls-failed': 'failed',
  'tls-alpn-mismatch': 'failed',
  'tls-certificate-missing': 'failed',
  'tls-certificate-expired': 'failed',
  'tls-certificate-untrusted': 'failed',
  'tls-key-not-ed25519': 'failed',
  unspecified: 'failed',
  'remote-closed': 'failed',
  'connection-reset': 'failed',
  'slow-reader': 'failed',
  'send-buffer-full': 'failed',
  'local-closed': 'put-off',
  'transport-error': 'failed',
  'connection-refused': 'failed',
  'host-unreachable': 'failed',
  'dial-timeout': 'failed',
  'resolve-failed': 'failed',
  'address-refused': 'refused',
  'host-dialled-lately': 'put-off',
  'no-resources': 'ours',
  'group-taken': 'put-off',
};
