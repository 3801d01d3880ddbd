import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { labelCombinations } from './labels.ts';

/** Name, help, and every value that each label can take. */
export interface MetricDefinition {
  readonly name: string;
  readonly help: string;
  readonly labels?: Readonly<Record<string, readonly string[]>>;
}

const configurationOf = (registry: Registry, { name, help, labels = {} }: MetricDefinition) => ({
  name,
  help,
  labelNames: Object.keys(labels),
  registers: [registry],
});

/** A counter whose series all exist at 0 from the start. */
export function closedCounter(registry: Registry, definition: MetricDefinition): Counter {
  const counter = new Counter(configurationOf(registry, definition));
  for (const labels of labelCombinations(definition.labels ?? {})) counter.inc(labels, 0);
  return counter;
}

/** A gauge whose series all exist at 0 from the start. */
export function closedGauge(registry: Registry, definition: MetricDefinition): Gauge {
  const gauge = new Gauge(configurationOf(registry, definition));
  for (const labels of labelCombinations(definition.labels ?? {})) gauge.set(labels, 0);
  return gauge;
}

/** A histogram without labels. `buckets` are upper bounds in the metric's unit. */
export function histogram(
  registry: Registry,
  definition: MetricDefinition,
  buckets: number[],
): Histogram {
  return new Histogram({ ...configurationOf(registry, definition), buckets });
}
