import type { NodeLimits } from '../support/limits.ts';
import { uniform, type RandomSource } from '../support/random-source.ts';

/**
 * Pause before the next dial: full jitter over base × 2^(failures − 1), so that many nodes do not
 * come back in step (AWS Architecture Blog, "Exponential Backoff And Jitter").
 * @param isTrusted proven once, or named by the operator: a lower cap
 */
export function backoffMs(
  failures: number,
  isTrusted: boolean,
  limits: NodeLimits,
  random: RandomSource,
): number {
  const cap = isTrusted ? limits.backoffTrustedMaxMs : limits.backoffMaxMs;
  const ceiling = Math.min(
    cap,
    limits.backoffBaseMs * 2 ** Math.min(Math.max(failures - 1, 0), 20),
  );
  return Math.max(limits.backoffBaseMs / 4, ceiling * uniform(random));
}
