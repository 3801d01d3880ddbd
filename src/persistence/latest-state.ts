import type { DocumentName, StoredDocuments } from '../core/address-book/stored-documents.ts';
import type { StoredPeer } from '../core/address-book/stored-peer.ts';
import type { AddressKey } from '../core/support/brand.ts';
import type { StoreChange, StoredState } from '../runtime/ports/peer-store.ts';
import { sizedDocument, type SizedDocument } from './document-entries.ts';

/** What one write brings to the store. */
export interface StateBatch {
  readonly saves: readonly StoredPeer[];
  readonly forgets: readonly AddressKey[];
  /** Alone in its batch, so that a slow write of much text holds no peer up. */
  readonly document?: SizedDocument | undefined;
}

/** Twice the verified addresses that a book holds (4,096), and some: ≈ 4 MiB. */
const KNOWN_PEERS_MAX = 10_000;
/** Keys whose removal waits; past it the oldest stays in the store, which costs one failed dial later. */
const TOMBSTONES_MAX = 10_000;

/**
 * Goal: a store that was away, failed or was emptied ends with the latest state, however many changes
 *   there were meanwhile.
 * Adversary: a store that stays away for days; bursts that save and forget the same peer.
 * Mechanism: the state itself is kept (`#known`, `#documents`), and beside it only which keys are not
 *   yet written. The value is read when a batch is taken, so the last change of a key wins by
 *   construction. All peers go before the first document.
 * Bound: `KNOWN_PEERS_MAX` peers, `TOMBSTONES_MAX` removals, one `DOCUMENT_BYTES_MAX` text per name.
 * Cost: O(1) per change; O(batch) per batch.
 */
export class LatestState {
  readonly #known = new Map<AddressKey, StoredPeer>();
  readonly #unsaved = new Set<AddressKey>();
  readonly #tombstones = new Set<AddressKey>();
  readonly #documents = new Map<DocumentName, SizedDocument>();
  readonly #unsavedDocuments = new Set<DocumentName>();
  readonly #oversized = new Set<DocumentName>();

  /** @param onOversized hears once of each document that is too long to be kept */
  constructor(private readonly onOversized: (name: DocumentName) => void = () => {}) {}

  /** Keys not yet handed out, or handed back. */
  get pending(): number {
    return this.#unsaved.size + this.#tombstones.size + this.#unsavedDocuments.size;
  }

  peers(): StoredPeer[] {
    return [...this.#known.values()];
  }

  documents(): StoredDocuments {
    const kept = this.sizedDocuments().filter(({ bytes }) => bytes > 0);
    return Object.fromEntries(kept.map(({ name, text }) => [name, text]));
  }

  /** The documents that the store should hold. */
  sizedDocuments(): readonly SizedDocument[] {
    return [...this.#documents.values()];
  }

  /** What the store already holds; it is written again only by `rewriteAll`. */
  addLoaded({ peers, documents }: StoredState): void {
    for (const [name, text] of Object.entries(documents) as [DocumentName, string][]) {
      const document = sizedDocument(name, text);
      if (document !== undefined && !this.#documents.has(name)) this.#documents.set(name, document);
    }
    for (const peer of peers) {
      if (this.#known.size >= KNOWN_PEERS_MAX) return;
      if (!this.#tombstones.has(peer.address.key)) this.#known.set(peer.address.key, peer);
    }
  }

  apply(change: StoreChange): void {
    if (change.kind === 'document') return this.#saveDocument(change.name, change.text);
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
    if (saves.length + forgets.length > 0) return { saves, forgets };
    const [name] = takeFirst(this.#unsavedDocuments, 1);
    return { saves, forgets, document: name === undefined ? undefined : this.#documents.get(name) };
  }

  /** After a failed write: what has not changed meanwhile waits again. */
  putBack(batch: StateBatch): void {
    for (const { address } of batch.saves) {
      if (this.#known.has(address.key)) this.#unsaved.add(address.key);
    }
    for (const key of batch.forgets) {
      if (!this.#known.has(key)) this.#addTombstone(key);
    }
    if (batch.document !== undefined) this.#unsavedDocuments.add(batch.document.name);
  }

  /** The store lost its memory, or may have. */
  rewriteAll(): void {
    for (const key of this.#known.keys()) this.#unsaved.add(key);
    for (const name of this.#documents.keys()) this.#unsavedDocuments.add(name);
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

  /** Text that is too long changes nothing: the one before is better than none. */
  #saveDocument(name: DocumentName, text: string): void {
    const document = sizedDocument(name, text);
    if (document !== undefined) {
      this.#documents.set(name, document);
      this.#unsavedDocuments.add(name);
    } else if (!this.#oversized.has(name)) {
      this.#oversized.add(name);
      this.onOversized(name);
    }
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

function takeFirst<Key>(keys: Set<Key>, count: number): Key[] {
  const taken: Key[] = [];
  for (const key of keys) {
    if (taken.length >= count) break;
    taken.push(key);
    keys.delete(key);
  }
  return taken;
}
