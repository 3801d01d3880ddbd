import { FilterBuilder, type KnownFilter } from '../../src/core/wire/known-filter.ts';
import type { Sha256 } from '../../src/core/support/sha256.ts';

/** The fields of a GetPeers that leaves out exactly these keys. */
export function buildFilter(keys: readonly string[], salt: number, sha256: Sha256): KnownFilter {
  const builder = new FilterBuilder(keys.length, salt, sha256);
  for (const key of keys) builder.add(key);
  return builder.fields();
}
