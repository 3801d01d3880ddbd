import type { Watch } from './watch.ts';

const MIB = 1_048_576;

/** One line of the table. */
export interface Figure {
  readonly figure: string;
  readonly measured: string;
  readonly bound: string;
  readonly ok: boolean;
  /** A time, which other work on the machine may have made longer. */
  readonly isTime?: boolean;
}

/** What was seen of a node before, during and after one attack. */
export interface Seen {
  readonly before: Watch;
  readonly during: Watch;
  readonly honest: {
    readonly waits: readonly number[];
    readonly missedPongs: number;
    readonly connected: number;
    readonly count: number;
    readonly goodbyes: string;
  };
  readonly isSameProcess: boolean;
  readonly log: string;
  readonly after: {
    readonly residentBytes: number;
    readonly settledMs: number;
    readonly descriptorsMs: number;
    readonly descriptors: number;
  };
  readonly stored: { readonly kept: number; readonly count: number };
  readonly forbidden: readonly string[];
  readonly broken: readonly string[];
  readonly isFull: boolean;
}

const LAG_P99_MS = 20;
const PING_P99_MS = 100;
const PING_MAX_MS = 500;
const PROBE_P99_MS = 100;
const NEWCOMER_MS = 2_000;
const DURING_BYTES = 64 * MIB;
const AFTER_BYTES = 24 * MIB;
const DESCRIPTORS_MS = 30_000;
const DESCRIPTORS_APART = 4;
/** `monitorEventLoopDelay` of an idle process shows its own resolution. */
const IDLE_LAG_MS = 11;

/**
 * The promises of the node, each with what was measured. Times are those of a machine that is shared:
 * what a process that idles beside the node lost in the same seconds is allowed on top in the short
 * form, and only told in the full one.
 */
export function figuresOf(seen: Seen): Figure[] {
  return [...alive(seen), ...memory(seen), ...times(seen), ...others(seen)];
}

function alive({ isSameProcess, log, broken }: Seen): Figure[] {
  const errors = log.match(/Unhandled rejection|Uncaught exception/g)?.length ?? 0;
  return [
    exact('same process alive', isSameProcess ? 'yes' : 'no', 'yes'),
    exact('unhandled errors', `${errors}`, '0'),
    {
      figure: 'answers against the protocol',
      measured: broken.length === 0 ? 'none' : broken.join('; '),
      bound: 'none',
      ok: broken.length === 0,
    },
  ];
}

function memory({ before, during, after, isFull }: Seen): Figure[] {
  const baseline = Math.max(...before.residentBytes);
  const grown = Math.max(...during.residentBytes) - baseline;
  const left = after.residentBytes - baseline;
  const settled = `${Math.round(after.settledMs / 1_000)} s`;
  const bound = isFull ? AFTER_BYTES : DURING_BYTES;
  return [
    atMost('RSS during, over baseline', grown / MIB, DURING_BYTES / MIB, 'MiB'),
    atMost(`RSS ${settled} after, over baseline`, left / MIB, bound / MIB, 'MiB'),
  ];
}

function times({ before, during, honest, isFull }: Seen): Figure[] {
  const noiseMs = Math.max(0, during.ownLagP99Ms - IDLE_LAG_MS);
  const allowed = isFull ? 0 : noiseMs;
  const probes = during.probes.map(({ ms }) => ms);
  const bad = during.probes.filter(({ status }) => status !== 200).length;
  return [
    atMost(
      'event-loop delay, p99 of a second, median',
      quantile(during.lagsMs, 0.5),
      LAG_P99_MS + allowed,
      'ms',
    ),
    told('… worst second', quantile(during.lagsMs, 1), 'ms'),
    told('… before the attack, median', quantile(before.lagsMs, 0.5), 'ms'),
    told('… of an idle process meanwhile', during.ownLagP99Ms, 'ms'),
    atMost('honest ping p99', quantile(honest.waits, 0.99), PING_P99_MS + allowed, 'ms'),
    atMost('honest ping max', quantile(honest.waits, 1), PING_MAX_MS + allowed, 'ms'),
    atMost('/health/live p99', quantile(probes, 0.99), PROBE_P99_MS + allowed, 'ms'),
    exact('/health/live not 200', `${bad} of ${probes.length}`, `0 of ${probes.length}`),
    atMost('new honest peer let in, worst', quantile(during.newcomersMs, 1), NEWCOMER_MS, 'ms'),
  ];
}

function others({ before, after, honest, stored, forbidden }: Seen): Figure[] {
  const baseline = Math.max(...before.descriptors);
  const apart = after.descriptors - baseline;
  const bye = honest.goodbyes === '' ? '' : ` (reasons ${honest.goodbyes})`;
  return [
    exact('honest still connected', `${honest.connected}${bye}`, `${honest.count}`),
    exact('Pongs missed', `${honest.missedPongs}`, '0'),
    exact('verified peers stored', `${stored.kept}`, `${stored.count}`),
    {
      figure: 'forbidden stored, shared, dialled',
      measured: `${forbidden.length} ${forbidden.slice(0, 3).join(' ')}`.trim(),
      bound: '0',
      ok: forbidden.length === 0,
    },
    {
      ...atMost('descriptors back after', after.descriptorsMs, DESCRIPTORS_MS, 'ms'),
      ok: apart <= DESCRIPTORS_APART,
      bound: `${DESCRIPTORS_MS} ms, ${baseline} + ${DESCRIPTORS_APART} (is ${after.descriptors})`,
    },
  ];
}

function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.POSITIVE_INFINITY;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}

function atMost(figure: string, value: number, bound: number, unit: string): Figure {
  const text = (number: number): string => `${number.toFixed(number < 100 ? 1 : 0)} ${unit}`;
  return {
    figure,
    measured: text(value),
    bound: `≤ ${text(bound)}`,
    ok: value <= bound,
    isTime: unit === 'ms',
  };
}

function told(figure: string, value: number, unit: string): Figure {
  return { figure, measured: `${value.toFixed(1)} ${unit}`, bound: '–', ok: true };
}

function exact(figure: string, measured: string, bound: string): Figure {
  return { figure, measured, bound, ok: measured === bound };
}
