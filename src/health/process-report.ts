import { type HealthCheckResult, type HealthIndicatorResult } from '@nestjs/terminus';

/**
 * A report in terminus' shape that does not know its shutdown state: terminus answers 503 to every
 * check from the signal on, and a kubelet would kill for that a process which is saying goodbye.
 */
export function processReport(results: readonly HealthIndicatorResult[]): HealthCheckResult {
  const details: HealthIndicatorResult = Object.assign({}, ...results);
  const entries = Object.entries(details);
  const error = Object.fromEntries(entries.filter(([, { status }]) => status === 'down'));
  const info = Object.fromEntries(entries.filter(([, { status }]) => status !== 'down'));
  const status = Object.keys(error).length === 0 ? 'ok' : 'error';
  return { status, info, error, details };
}
