import type { DialFailure, TransportCloseReason } from '../core/session/reasons.ts';

/** The `code` of a Node system error, or an empty text. */
export function errorCodeOf(error: unknown): string {
  const isObject = typeof error === 'object' && error !== null;
  return isObject && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

const DIAL_FAILURE_OF: Readonly<Record<string, DialFailure>> = {
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  EHOSTUNREACH: 'host-unreachable',
  ENETUNREACH: 'host-unreachable',
  ENETDOWN: 'host-unreachable',
  EHOSTDOWN: 'host-unreachable',
  ETIMEDOUT: 'dial-timeout',
  EMFILE: 'no-resources',
  ENFILE: 'no-resources',
  ENOBUFS: 'no-resources',
  ENOMEM: 'no-resources',
  // No local port is free for that far end.
  EADDRNOTAVAIL: 'no-resources',
};

export function dialFailureOf(error: unknown): DialFailure {
  return DIAL_FAILURE_OF[errorCodeOf(error)] ?? 'transport-error';
}

export function closeReasonOf(error: unknown): TransportCloseReason {
  const code = errorCodeOf(error);
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO') {
    return 'tls-failed';
  }
  return code === 'ECONNRESET' || code === 'EPIPE' ? 'connection-reset' : 'transport-error';
}

const LISTEN_CAUSE_OF: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process uses this port',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'this machine has no such address',
  EAFNOSUPPORT: 'this machine has no such address family',
  ENOTFOUND: 'this name has no address',
};

/** For a person: what kept the listener from binding. */
export function listenCauseOf(error: Error): string {
  const code = errorCodeOf(error);
  const cause = LISTEN_CAUSE_OF[code];
  return cause === undefined ? error.message : `${cause} (${code})`;
}
