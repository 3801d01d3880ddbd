import type { ScenarioOptions } from './scenario.ts';

/** Flags of a command line: what a run had in place of the defaults. */
export function settingFlags({
  parameters,
  limits,
}: Pick<ScenarioOptions, 'parameters' | 'limits'>): string[] {
  const settings = (flag: string, values: object | undefined): string[] =>
    Object.entries(values ?? {}).map(([key, value]) => `--${flag} ${key}=${String(value)}`);
  return [...settings('set', parameters), ...settings('limit', limits)];
}
