import type { AddressKey } from '../support/brand.ts';

/**
 * Goal: an address that has proven a key is never dialled without TLS again. Adversary: breaks
 * handshakes until the entry and its key in the store are gone, or waits for a restart; or has many
 * addresses prove keys, so that others are forgotten here. Mechanism: kept apart from the entries and
 * in the book's snapshot; only a dial of ours over TLS enters an address, or moves it to the end.
 * A stored list that is somebody else's can do no more than ask for TLS, so no node id is kept here.
 * Bound: `max`, who proved a key longest ago goes. Cost: O(1).
 */
export class SecuredAddresses {
  private readonly keys = new Set<AddressKey>();
  private readonly unsaved = new Set<AddressKey>();
  private isLosing = false;

  constructor(private readonly max: number) {}

  /** Neither the store nor a snapshot knows one of them any more: a snapshot should not wait. */
  get isAtRisk(): boolean {
    return this.isLosing;
  }

  has(key: AddressKey): boolean {
    return this.keys.has(key);
  }

  /** It has proven a key. */
  add(key: AddressKey): void {
    if (!this.keys.delete(key)) this.unsaved.add(key);
    this.keys.add(key);
    if (this.keys.size <= this.max) return;
    const [oldest] = this.keys;
    if (oldest !== undefined) this.delete(oldest);
  }

  delete(key: AddressKey): void {
    this.keys.delete(key);
    this.unsaved.delete(key);
  }

  /** The store no longer has the peer of this address. */
  leftStore(key: AddressKey): void {
    this.isLosing ||= this.unsaved.has(key);
  }

  /** All of them for a snapshot, who proved a key longest ago first. */
  save(): readonly AddressKey[] {
    this.unsaved.clear();
    this.isLosing = false;
    return [...this.keys];
  }

  restore(keys: readonly AddressKey[]): void {
    for (const key of keys) this.add(key);
    this.unsaved.clear();
  }
}
