import type { CloseReason, DialFailure } from '../session/reasons.ts';
import type { AddressKey } from '../support/brand.ts';

/** What tells that nobody is there any more. Any other end of a dial says nothing new of a peer's network. */
const SILENCE: ReadonlySet<CloseReason | DialFailure> = new Set<CloseReason | DialFailure>([
  'connection-refused',
  'host-unreachable',
  'dial-timeout',
  'resolve-failed',
  'timeout',
]);

/**
 * Goal: a node of a wrong version, chain or genesis is never ready. Mechanism: candidates that refused
 * its network, or that it refused, are remembered until they fall silent; one completed handshake ends
 * all doubt. Bound: `max`, the oldest gives way: one of the others has to fall silent too. Cost: O(1).
 */
export class NetworkRefusals {
  private readonly keys = new Set<AddressKey>();
  private hasMet = false;

  constructor(private readonly max: number) {}

  refused(key: AddressKey): void {
    if (this.hasMet) return;
    this.keys.add(key);
    if (this.keys.size <= this.max) return;
    const [oldest] = this.keys;
    this.keys.delete(oldest as AddressKey);
  }

  failed(key: AddressKey, reason: CloseReason | DialFailure): void {
    if (SILENCE.has(reason)) this.keys.delete(key);
  }

  /** It is no candidate: an own address. */
  forget(key: AddressKey): void {
    this.keys.delete(key);
  }

  /** A handshake was completed: there are peers of this node's network. */
  met(): void {
    this.hasMet = true;
    this.keys.clear();
  }

  /** @param isKnown whether it is still a candidate */
  areStanding(isKnown: (key: AddressKey) => boolean): boolean {
    for (const key of this.keys) {
      if (isKnown(key)) return true;
      this.keys.delete(key);
    }
    return false;
  }
}
