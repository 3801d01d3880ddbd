import { AddressBook } from '../../src/core/address-book/address-book.ts';
import type { AddressChange, BookOutcome } from '../../src/core/address-book/address-change.ts';
import { AddressPolicy } from '../../src/core/address-book/address-policy.ts';
import { millis, unixMillis, type NodeId } from '../../src/core/support/brand.ts';
import { DEFAULT_LIMITS, type NodeLimits } from '../../src/core/support/limits.ts';
import { peerAddressOfIp, type PeerAddress } from '../../src/core/support/peer-address.ts';
import { SeededRandom } from '../../src/core/support/random-source.ts';

/** Wall clock at monotonic time 0. */
export const START = 1_700_000_000_000;
export const SOURCE = '77.7';

const policy = new AddressPolicy({
  scope: 'auto',
  allowedCidrs: [],
  allowedNameSuffixes: [],
  p2pPort: 7071,
});

/** Public address number `i` of /16 number `group`. */
export function publicAddress(i: number, group = 0): PeerAddress {
  const [a, b] = [20 + (group >> 8), group & 255];
  return peerAddressOfIp(Uint8Array.of(a, b, (i >> 8) & 255, i & 255), 7071 + (i >> 16));
}

/** A node id of its own for each address. */
export const nodeOf = (address: PeerAddress): NodeId =>
  Array.from(address.key, (unit) => unit.charCodeAt(0).toString(16))
    .join('')
    .padEnd(40, '0')
    .slice(0, 40) as NodeId;

/** A book that is spoken to in short: times are monotonic milliseconds. */
export class BookScene {
  readonly book: AddressBook;
  now = 0;

  constructor(limits: Partial<NodeLimits> = {}, seed = 1) {
    this.book = new AddressBook({ ...DEFAULT_LIMITS, ...limits }, new SeededRandom(seed), policy);
  }

  get at() {
    return unixMillis(START + this.now);
  }

  apply(change: AddressChange): BookOutcome[] {
    return this.book.apply(change, millis(this.now));
  }

  /** Outcomes without those of states, in short. */
  kinds(change: AddressChange): string[] {
    return this.apply(change)
      .filter(({ kind }) => kind !== 'state')
      .map((outcome) => (outcome.kind === 'refused' ? outcome.reason : outcome.kind));
  }

  heard(address: PeerAddress, sourceGroup = SOURCE): string[] {
    return this.kinds({
      kind: 'heard',
      address,
      source: 'exchange',
      sourceGroup,
      via: 'public',
      isOperator: false,
    });
  }

  operator(address: PeerAddress): string[] {
    return this.kinds({
      kind: 'heard',
      address,
      source: 'seed',
      sourceGroup: '',
      isOperator: true,
    });
  }

  /** A handshake on a connection that stays open and that we chose, unless said otherwise. */
  met(
    address: PeerAddress,
    changes: Partial<Extract<AddressChange, { kind: 'handshake-succeeded' }>> = {},
  ): string[] {
    return this.kinds({
      kind: 'handshake-succeeded',
      key: address.key,
      nodeId: nodeOf(address),
      at: this.at,
      staysOpen: true,
      promotes: true,
      ...changes,
    });
  }

  proven(address: PeerAddress): string[] {
    return this.kinds({ kind: 'proven', key: address.key, at: this.at });
  }

  failed(address: PeerAddress): string[] {
    return this.kinds({ kind: 'failed', key: address.key, reason: 'connection-refused' });
  }

  ended(
    address: PeerAddress,
    reason: 'remote-closed' | 'shutting-down' = 'remote-closed',
  ): string[] {
    return this.kinds({ kind: 'connection-ended', key: address.key, reason });
  }

  /** Heard, met on our own choice, alive for 30 s, and at rest again. */
  establish(address: PeerAddress): void {
    this.heard(address);
    this.met(address);
    this.now += 30_000;
    this.proven(address);
    this.ended(address);
  }

  /** A proven peer's failures, as many and as far apart as it takes. */
  lose(address: PeerAddress): void {
    for (let i = 0; i < 3; i += 1) {
      this.failed(address);
      this.now += 300_000;
    }
  }
}
