import type { Registry } from 'prom-client';
import type { RunningNode } from '../runtime/running-node.ts';
import { histogram } from './closed-metrics.ts';

const WRITE_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Follows the durable writes of the peer store. */
export class StoreWriteMetrics {
  constructor(registry: Registry, node: Pick<RunningNode, 'onStoreWrite'>) {
    const seconds = histogram(
      registry,
      { name: 'vision_store_write_seconds', help: 'Durable writes of the peer store.' },
      WRITE_BUCKETS,
    );
    node.onStoreWrite((taken) => seconds.observe(taken));
  }
}
