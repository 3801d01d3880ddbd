import type { ScenarioResult } from '../simulation/scenario.ts';

const VIOLATIONS_SHOWN_MAX = 10;

/** A scenario's result for a person. */
export function formatScenarioResult(result: ScenarioResult): string {
  const { outbound } = result;
  const rows: [string, string][] = [
    ['scenario', result.scenario],
    ['nodes', `${result.nodes} (${result.seeds} seeds)`],
    ['seed', String(result.seed)],
    ['result', result.ok ? 'ok' : 'FAILED'],
    ['components', String(result.components)],
    ['outbound', `min ${outbound.min}, median ${outbound.median}, max ${outbound.max}`],
    ['virtual seconds', String(result.virtual_seconds)],
    ...Object.entries(result.figures).map(([name, value]): [string, string] => [
      name.replaceAll('_', ' '),
      String(value),
    ]),
    ['trace hash', result.trace_hash],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.map(([name, value]) => `${name.padEnd(width)}${value}`);
  lines.push(...result.missed.map((bar) => `missed: ${bar}`));
  const shown = result.violations.slice(0, VIOLATIONS_SHOWN_MAX);
  lines.push(
    ...shown.map(
      ({ rule, node, atMs, detail }) =>
        `broken: ${rule} by ${node} at ${(atMs / 1_000).toFixed(3)} s: ${detail}`,
    ),
  );
  const hidden = result.violations.length - shown.length;
  if (hidden > 0) lines.push(`broken: ${hidden} more, see -o json`);
  if (!result.ok) lines.push(`replay: ${result.replay}`);
  return `${lines.join('\n')}\n`;
}
