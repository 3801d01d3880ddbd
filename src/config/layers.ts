import type { ConfigFault, ValueSource } from './config-fault.ts';
import type { ConfigKey } from './config-key.ts';
import { CONFIG_KEYS } from './config-keys.ts';

/** One value of one source, not yet checked. */
export interface GivenValue {
  readonly key: ConfigKey;
  readonly value: unknown;
  readonly source: ValueSource;
}

/** Everything that one source says. */
export interface Layer {
  readonly values: readonly GivenValue[];
  readonly faults: readonly ConfigFault[];
  readonly warnings: readonly string[];
}

/** Flags as the command line gave them: long name with dashes → text, or all texts of a repeatable one. */
export type FlagTexts = ReadonlyMap<string, string | readonly string[]>;

export function flagLayer(flags: FlagTexts): Layer {
  const values: GivenValue[] = [];
  for (const key of CONFIG_KEYS) {
    const text = key.flag === undefined ? undefined : flags.get(key.flag);
    if (key.flag === undefined || text === undefined) continue;
    const source: ValueSource = { kind: 'flag', name: key.flag };
    values.push({ key, value: typeof text === 'string' ? typedValue(key, text) : text, source });
  }
  return { values, faults: [], warnings: [] };
}

/**
 * The value that a text of the environment or of a flag stands for. Text that does not fit the type
 * stays text, so that the check names it.
 */
export function typedValue(key: ConfigKey, text: string): unknown {
  const trimmed = text.trim();
  switch (key.type) {
    case 'integer':
      return /^[+-]?\d{1,15}$/.test(trimmed) ? Number(trimmed) : text;
    case 'boolean':
      return /^(true|false)$/i.test(trimmed) ? trimmed.toLowerCase() === 'true' : text;
    case 'list':
      return trimmed
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'text':
      return text;
  }
}
