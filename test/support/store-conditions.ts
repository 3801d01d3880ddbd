import type { PeerStore } from '../../src/runtime/ports/peer-store.ts';
import { eventually } from './eventually.ts';

/** Waits until the store is up and nothing is pending. */
export async function durable(store: PeerStore, withinMs = 10_000): Promise<void> {
  const isDurable = (): boolean => store.health().up && store.health().pendingWrites === 0;
  await eventually(isDurable, { withinMs, what: 'all changes are durable' });
}
