import { isSameOrWider, scopeOfIp, type AddressScope } from '../support/address-scope.ts';
import { toHex } from '../support/bytes.ts';
import type { Cidr } from '../support/cidr.ts';
import type { NetworkScope } from '../support/network-scope.ts';
import { peerAddressOfIp, type PeerAddress } from '../support/peer-address.ts';
import type { AddressRefusal } from './vocabulary.ts';

/** Names that only mean something inside somebody's network. */
const LOCAL_NAME_SUFFIXES = ['.localhost', '.local', '.internal', '.svc', '.cluster.local'];

/** Ports of services that are not ours; what is behind them must not be dialled on hearsay. */
const PRIVILEGED_PORT_MAX = 1_023;

export interface AddressPolicyOptions {
  readonly scope: NetworkScope;
  readonly allowedCidrs: readonly Cidr[];
  /** With or without a leading dot. */
  readonly allowedNameSuffixes: readonly string[];
  /** The port of this node; in the scope `cluster` that of every peer. */
  readonly p2pPort: number;
  /** Number of the autonomous system that an address belongs to; absent without a map. */
  readonly asNumberOf?: ((ip: Uint8Array) => number | undefined) | undefined;
}

/**
 * Goal: what peers say never leads this node into a network that they cannot reach themselves, nor to
 * a third party's services. Adversary: a peer that names any text. Mechanism: an address is only as
 * local as the connection over which it came; a closed list of classes, ports and names that are
 * never a peer. The operator's own sources are not asked. Bound and cost: no state, O(length).
 */
export class AddressPolicy {
  constructor(private readonly options: AddressPolicyOptions) {}

  /**
   * Whether an address that a peer named may be kept and dialled.
   * @param via class of the far end of the connection over which the address came
   * @returns why not; undefined when it may
   */
  judgeHearsay(address: PeerAddress, via: AddressScope): AddressRefusal | undefined {
    if (address.port <= PRIVILEGED_PORT_MAX) return 'forbidden-port';
    if (address.ip === undefined) return this.judgeName(address.host);
    if (isNeverAPeer(address.ip)) return 'forbidden-class';
    return isSameOrWider(scopeOfIp(address.ip), via) ? undefined : 'narrower-scope';
  }

  /**
   * Whether a name from hearsay may be dialled, by all that it resolves to: one forbidden answer
   * refuses the name.
   * @param answers 4 or 16 bytes each
   */
  judgeResolved(
    address: PeerAddress,
    answers: readonly Uint8Array[],
    via: AddressScope,
  ): AddressRefusal | undefined {
    for (const ip of answers) {
      const refusal = this.judgeHearsay(peerAddressOfIp(ip, address.port), via);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  /** Whether a peer that we reach over `via` could reach `address`: nothing else is shared with it. */
  mayShare(address: PeerAddress, via: AddressScope): boolean {
    return address.ip === undefined || isSameOrWider(scopeOfIp(address.ip), via);
  }

  /**
   * The group of addresses that one operator plausibly holds, for diversity: equal text, equal group.
   * @param zone failure domain that the peer at this address has named; empty when unknown
   */
  groupOf(address: PeerAddress, _zone: string): string {
    if (address.ip === undefined) return address.host;
    if (scopeOfIp(address.ip) === 'loopback') return address.key;
    return address.ip.length === 4
      ? address.ip.subarray(0, scopeOfIp(address.ip) === 'public' ? 2 : 3).join('.')
      : toHex(address.ip.subarray(0, 4));
  }

  private judgeName(host: string): AddressRefusal | undefined {
    const isUnder = (suffix: string): boolean =>
      host.endsWith(suffix.startsWith('.') ? suffix : `.${suffix}`);
    if (this.options.allowedNameSuffixes.some(isUnder)) return undefined;
    const isLocal = !host.includes('.') || LOCAL_NAME_SUFFIXES.some(isUnder);
    return isLocal ? 'forbidden-name' : undefined;
  }
}

function isNeverAPeer(ip: Uint8Array): boolean {
  const [a, b] = ip as unknown as [number, number];
  if (ip.length === 4) return a === 0 || a >= 224 || (a === 169 && b === 254);
  const isUnspecified = ip.every((byte) => byte === 0);
  return isUnspecified || a === 0xff || (a === 0xfe && (b & 0xc0) === 0x80);
}
