import { maskedText } from '../support/masked-text.ts';
import { VisionError } from '../support/vision-error.ts';

/** Where a value came from, the weakest first. */
export const SOURCE_KINDS = ['default', 'seeds-file', 'node-file', 'environment', 'flag'] as const;

export interface ValueSource {
  readonly kind: (typeof SOURCE_KINDS)[number];
  /** Variable or flag as the operator knows it, or `shownName` of a file. */
  readonly name: string;
}

export const DEFAULT_SOURCE: ValueSource = { kind: 'default', name: 'default' };

/** One thing that is wrong with the configuration. `got` is fit to be shown. */
export interface ConfigFault {
  readonly source: string;
  /** TOML path, e.g. `http.port` or `seed_peers[2]`; empty when the source itself is at fault. */
  readonly key: string;
  readonly expected: string;
  readonly got: string;
}

/** A TOML float, kept apart from integers: `8.0` is not a count. */
export class TomlFloat {
  constructor(readonly value: number) {}
}

const SHOWN_CHARACTERS_MAX = 80;

function formatFault(fault: ConfigFault): string {
  const key = fault.key === '' ? '' : `${fault.key}: `;
  return `${fault.source}: ${key}expected ${fault.expected}, got ${fault.got}`;
}

/** What was found in place of a good value, without credentials and on one line. */
export function describeValue(value: unknown, isSecret = false): string {
  if (isSecret) return 'a value that is not shown';
  if (typeof value === 'string') return describeText(value);
  if (value instanceof TomlFloat) return `the float ${value.value}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Date) return 'a date';
  if (typeof value === 'object' && value !== null) return 'a table';
  return cut(String(value));
}

/** Text from outside, in quotes, on one line, cut, and without what may be a password. */
export function describeText(text: string): string {
  return oneLine(JSON.stringify(cut(maskedText(text))));
}

/** The name of a file as it was given, on one line and without what may be a password: a URL may stand in its place. */
export function shownName(name: string): string {
  return oneLine(maskedText(name));
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escapeCharacter);
}

function cut(text: string): string {
  return text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}…` : text;
}

/** Everything that is wrong at once, so that one correction is enough. */
export class InvalidConfigError extends VisionError {
  constructor(readonly faults: readonly ConfigFault[]) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    const lines = faults.map(formatFault);
    super(
      'VN_ERR_CONFIG',
      [`the configuration is invalid (${count})`, ...lines].join('\n'),
      'nothing was started; `vision-node config check` repeats this check without starting a node',
    );
  }
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
