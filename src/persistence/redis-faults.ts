const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at its address',
  ENOTFOUND: 'its name does not resolve',
  EAI_AGAIN: 'its name does not resolve now',
  ETIMEDOUT: 'it cannot be reached in time',
  TIMEOUT: 'it does not answer in time',
  CLOSED: 'the connection was lost',
  WRONGPASS: 'it refuses the user or password',
  NOAUTH: 'it wants a password',
  NOPERM: 'its user may not do this',
  READONLY: 'it is a read-only replica',
  NOREPLICAS: 'it has too few replicas to take writes',
  MISCONF: 'it cannot save to its disk and takes no writes',
  OOM: 'it is out of memory',
  LOADING: 'it is still loading its data',
};

const CODE = /^[A-Z][A-Z0-9_]{1,47}$/;
const REPLY_CODE = /^([A-Z][A-Z0-9]{1,47})\b/;

/**
 * A stable code for whatever went wrong between us and Redis. The error itself goes no further:
 * ioredis attaches the failed command to it, for AUTH with the password.
 */
export function redisFaultCode(error: unknown): string {
  const { code, name, message } = Object(error) as Record<string, unknown>;
  if (typeof code === 'string' && CODE.test(code)) return code;
  if (message === 'Command timed out') return 'TIMEOUT';
  if (name === 'ReplyError') return REPLY_CODE.exec(String(message))?.[1] ?? 'ERR';
  return 'CLOSED';
}

/** For `health().detail`: no address, no secret. */
export function redisFaultSentence(code: string): string {
  const meaning = SENTENCES[code];
  return meaning === undefined ? `Redis: ${code}` : `Redis: ${meaning} (${code})`;
}

/** A new connection may help: to another node behind the same name, or past a stuck one. */
export function wantsReconnect(code: string): boolean {
  return code === 'TIMEOUT' || code === 'READONLY' || code === 'NOAUTH';
}
