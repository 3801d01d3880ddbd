import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Registry } from 'prom-client';
import { closedGauge } from './closed-metrics.ts';

const RESOLUTION_MS = 10;
const WINDOW_MS = 1_000;
const NANOSECONDS = 1e9;

const READINGS: readonly (readonly [string, (delays: IntervalHistogram) => number])[] = [
  ['min', ({ min }) => min],
  ['max', ({ max }) => max],
  ['mean', ({ mean }) => mean],
  ['stddev', ({ stddev }) => stddev],
  ['p50', (delays) => delays.percentile(50)],
  ['p90', (delays) => delays.percentile(90)],
  ['p99', (delays) => delays.percentile(99)],
];

/**
 * `nodejs_eventloop_lag_*_seconds` of the last whole second, in place of those of `prom-client`: these begin
 * anew with each scrape, so that anybody who scrapes often hides from all others what was.
 */
export function showEventLoopDelay(registry: Registry): void {
  const gauges = READINGS.map(([what, read]) => {
    const name = `nodejs_eventloop_lag_${what}_seconds`;
    registry.removeSingleMetric(name);
    const help = `Event loop delay of the last whole second: ${what}.`;
    return { gauge: closedGauge(registry, { name, help }), read };
  });
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  const show = (): void => {
    if (delays.count === 0) return;
    for (const { gauge, read } of gauges) gauge.set(read(delays) / NANOSECONDS);
    delays.reset();
  };
  // After all timers: a delay that this one had as well would be forgotten before it was noted.
  setInterval(() => setImmediate(show), WINDOW_MS).unref();
}
