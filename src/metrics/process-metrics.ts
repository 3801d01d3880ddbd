import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { showEventLoopDelay } from './event-loop-delay.ts';

/** Their label is the type of an internal object: new series would appear with the load. */
const OPEN_ENDED = ['nodejs_active_handles', 'nodejs_active_resources', 'nodejs_active_requests'];

/** GC kinds that `prom-client` names. */
const GC_KINDS = ['major', 'minor', 'incremental', 'weakcb'];

let registry: Registry | undefined;

/**
 * Node's own metrics: of the process, so one register for all applications in it. The observers
 * behind them (garbage collector, event loop at 10 ms) cannot be taken down again.
 */
export function processMetrics(): Registry {
  registry ??= createProcessMetrics();
  return registry;
}

function createProcessMetrics(): Registry {
  const created = new Registry();
  collectDefaultMetrics({ register: created });
  for (const name of OPEN_ENDED) created.removeSingleMetric(name);
  showEventLoopDelay(created);
  const gc = created.getSingleMetric('nodejs_gc_duration_seconds');
  if (gc instanceof Histogram) for (const kind of GC_KINDS) gc.zero({ kind });
  return created;
}
