import type { AddressKey } from '../support/brand.ts';

/**
 * For a node that prefers TLS: addresses that did not speak it at the last dial, and get one dial without.
 * Adversary: one that breaks TLS handshakes so that the next dial can be read. Mechanism: an address that
 * has proven a key once is never entered. Bound: `max`, the oldest gives way: it is dialled with TLS. Cost: O(1).
 */
export class PlainTurns {
  private readonly keys = new Set<AddressKey>();

  constructor(private readonly max: number) {}

  add(key: AddressKey): void {
    this.keys.add(key);
    if (this.keys.size <= this.max) return;
    const [oldest] = this.keys;
    this.keys.delete(oldest as AddressKey);
  }

  /** @returns whether the dial that begins now is its plain one */
  take(key: AddressKey): boolean {
    return this.keys.delete(key);
  }
}
