import type { StoredPeer } from '../core/address-book/stored-peer.ts';
import type { AddressKey } from '../core/support/brand.ts';
import type { StoreChange } from '../runtime/ports/peer-store.ts';

/** What one write brings to the store. */
export interface StateBatch {
  readonly saves: readonly StoredPeer[];
  readonly forgets: readonly AddressKey[];
}

/** Twice the verified addresses that a book holds (4,096), and some: ≈ 4 MiB. */
const KNOWN_PEERS_MAX = 10_000;
/** Keys whose removal waits; past it the oldest stays in the store, which costs one failed dial later. */
const TOMBSTONES_MAX = 10_000;

/**
 * Goal: a store that was away, failed or was emptied ends with the latest state, however many changes
 *   there were meanwhile.
 * Adversary: a store that stays away for days; bursts that save and forget the same peer.
 * Mechanism: the state itself is kept (`#known`), and beside it only which keys are not yet written.
 *   The value is read when a batch is taken, so the last change of a key wins by construction.
 * Bound: `KNOWN_PEERS_MAX` peers and `TOMBSTONES_MAX` removals.
 * Cost: O(1) per change; O(batch) per batch.
 */
export class LatestState {
  readonly #known = new Map<AddressKey, StoredPeer>();
  readonly #unsaved = new Set<AddressKey>();
  readonly #tombstones = new Set<AddressKey>();

  /** Keys not yet handed out, or handed back. */
  get pending(): number {
    return this.#unsaved.size + this.#tombstones.size;
  }

  peers(): StoredPeer[] {
    return [...this.#known.values()];
  }

  /** Peers that the store already holds; they are written again only by `rewriteAll`. */
  addLoaded(peers: readonly StoredPeer[]): void {
    for (const peer of peers) {
      if (this.#known.size >= KNOWN_PEERS_MAX) return;
      if (!this.#tombstones.has(peer.address.key)) this.#known.set(peer.address.key, peer);
    }
  }

  apply(change: StoreChange): void {
    if (change.kind === 'document') return;
    const { key } = change.address;
    if (change.kind === 'forget') this.#forget(key);
    else this.#save(key, { address: change.address, record: change.record });
  }

  /** At most `peersMax` keys, removals first: they are what makes room in a full store. */
  takeBatch(peersMax: number): StateBatch {
    const forgets = takeFirst(this.#tombstones, peersMax);
    const saves: StoredPeer[] = [];
    for (const key of takeFirst(this.#unsaved, peersMax - forgets.length)) {
      const peer = this.#known.get(key);
      if (peer !== undefined) saves.push(peer);
    }
    return { saves, forgets };
  }

  /** After a failed write: what has not changed meanwhile waits again. */
  putBack(batch: StateBatch): void {
    for (const { address } of batch.saves) {
      if (this.#known.has(address.key)) this.#unsaved.add(address.key);
    }
    for (const key of batch.forgets) {
      if (!this.#known.has(key)) this.#addTombstone(key);
    }
  }

  /** The store lost its memory, or may have. */
  rewriteAll(): void {
    for (const key of this.#known.keys()) this.#unsaved.add(key);
  }

  /** Up to `count` known keys from position `start`, and where the next call should start. */
  window(start: number, count: number): { keys: AddressKey[]; next: number } {
    const all = [...this.#known.keys()];
    const from = start < all.length ? start : 0;
    return { keys: all.slice(from, from + count), next: from + count };
  }

  #save(key: AddressKey, peer: StoredPeer): void {
    this.#tombstones.delete(key);
    this.#known.delete(key);
    if (this.#known.size >= KNOWN_PEERS_MAX) this.#forgetOldest();
    this.#known.set(key, peer);
    this.#unsaved.add(key);
  }

  #forget(key: AddressKey): void {
    this.#known.delete(key);
    this.#unsaved.delete(key);
    this.#addTombstone(key);
  }

  #forgetOldest(): void {
    const oldest = this.#known.keys().next();
    if (!oldest.done) this.#forget(oldest.value);
  }

  #addTombstone(key: AddressKey): void {
    this.#tombstones.add(key);
    if (this.#tombstones.size > TOMBSTONES_MAX) takeFirst(this.#tombstones, 1);
  }
}

function takeFirst(keys: Set<AddressKey>, count: number): AddressKey[] {
  const taken: AddressKey[] = [];
  for (const key of keys) {
    if (taken.length >= count) break;
    taken.push(key);
    keys.delete(key);
  }
  return taken;
}
