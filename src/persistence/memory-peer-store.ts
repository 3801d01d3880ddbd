import type {
  PeerStore,
  StoreChange,
  StoredState,
  StoreHealth,
} from '../runtime/ports/peer-store.ts';
import { LatestState } from './latest-state.ts';

/** Forgets everything with the process: tests and throw-away nodes. */
class MemoryPeerStore implements PeerStore {
  readonly kind = 'memory';
  readonly #state = new LatestState();
  readonly #listeners: ((seconds: number) => void)[] = [];

  load(): Promise<StoredState> {
    return Promise.resolve({ peers: this.#state.peers(), documents: this.#state.documents() });
  }

  apply(changes: readonly StoreChange[]): void {
    for (const change of changes) this.#state.apply(change);
    while (this.#state.pending > 0) this.#state.takeBatch(Number.POSITIVE_INFINITY);
    for (const listener of this.#listeners) listener(0);
  }

  health(): StoreHealth {
    return { up: true, pendingWrites: 0 };
  }

  onWrite(listener: (seconds: number) => void): void {
    this.#listeners.push(listener);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Holds at most `KNOWN_PEERS_MAX` peers; `load()` after `close()` still answers. */
export function createMemoryPeerStore(): PeerStore {
  return new MemoryPeerStore();
}
