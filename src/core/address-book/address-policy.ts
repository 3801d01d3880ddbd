import { isSameOrWider, type AddressScope } from '../support/address-scope.ts';
import { assertNever } from '../support/brand.ts';
import { cidrContains, type Cidr } from '../support/cidr.ts';
import { isForbiddenPort } from '../support/forbidden-ports.ts';
import { classOfIp, formsOf } from '../support/ip-class.ts';
import type { NetworkScope } from '../support/network-scope.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import { isLocalName } from './local-name.ts';
import { networkGroupOf, type AsNumberOf } from './network-group.ts';
import type { AddressRefusal } from './vocabulary.ts';

export interface AddressPolicyOptions {
  readonly scope: NetworkScope;
  readonly allowedCidrs: readonly Cidr[];
  /** Any case, with or without a dot at either end. */
  readonly allowedNameSuffixes: readonly string[];
  /** The port of this node; in the scope `cluster` that of every peer. */
  readonly p2pPort: number;
  /** Absent without a map. */
  readonly asNumberOf?: AsNumberOf | undefined;
}

/**
 * Goal: what peers say never leads this node into a network that they cannot reach themselves, nor to
 * a third party's services. Adversary: a peer that names any text, and whoever answers for a name.
 * Mechanism: classes, ports and names that are never a peer; then the rule of the network's scope. In
 * `auto` an address is only as local as the connection over which it came. The operator's own sources
 * are not asked. Bound and cost: no state, O(length of the text, ranges and suffixes).
 */
export class AddressPolicy {
  private readonly suffixes: readonly string[];

  constructor(private readonly options: AddressPolicyOptions) {
    this.suffixes = options.allowedNameSuffixes.map(
      (suffix) => `.${suffix.toLowerCase().replace(/^\.|\.$/g, '')}`,
    );
  }

  /**
   * Whether an address that a peer named may be kept and dialled.
   * @param via class of the far end of the connection over which the address came
   * @returns why not; undefined when it may
   */
  judgeHearsay(address: PeerAddress, via: AddressScope): AddressRefusal | undefined {
    if (!this.isPeerPort(address.port)) return 'forbidden-port';
    if (address.ip === undefined) return this.judgeName(address.host);
    return this.judgeIp(address.ip, classOfIp(address.ip), via);
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
    const isGood = this.isPeerPort(address.port) && answers.every((ip) => this.isAnswer(ip, via));
    return isGood ? undefined : 'resolves-forbidden';
  }

  /** Whether a peer that we reach over `via` could reach `address`: nothing else is shared with it. */
  mayShare(address: PeerAddress, via: AddressScope): boolean {
    const { ip } = address;
    if (ip === undefined) {
      const isWellKnown = via !== 'public' || !isLocalName(address.host);
      return isWellKnown && this.judgeHearsay(address, 'loopback') === undefined;
    }
    const scope = classOfIp(ip);
    if (scope === undefined || !isSameOrWider(scope, via)) return false;
    return this.isPeerPort(address.port) && this.judgeIp(ip, scope, 'loopback') === undefined;
  }

  /** Whether the internet reaches this address; in a network of one operator's none counts as such. */
  isPublic({ ip, host }: PeerAddress): boolean {
    const { scope } = this.options;
    if (scope === 'private' || scope === 'cluster') return false;
    return ip === undefined ? !isLocalName(host) : classOfIp(ip) === 'public';
  }

  /**
   * What a name of an earlier run may resolve to when no operator's source names it today. Who named
   * it first is no longer known, and whoever answers for it can change the answer: only the public internet,
   * unless the operator vouches for the suffix.
   */
  viaOfStored(address: PeerAddress): AddressScope {
    return this.isUnderSuffix(address.host) ? 'loopback' : 'public';
  }

  /**
   * The group of addresses that one operator plausibly holds, for diversity: equal text, equal group.
   * @param zone failure domain that the peer at this address has named; empty when unknown
   */
  groupOf(address: PeerAddress, zone: string): string {
    const { scope } = this.options;
    // Under a suffix that the operator allows, names are machines of his.
    const isMachine = address.ip === undefined && this.isUnderSuffix(address.host);
    if (isMachine && scope !== 'cluster') return address.host;
    return networkGroupOf(address, zone, this.options);
  }

  private isPeerPort(port: number): boolean {
    const { scope, p2pPort } = this.options;
    return scope === 'cluster' ? port === p2pPort : !isForbiddenPort(port);
  }

  private judgeName(host: string): AddressRefusal | undefined {
    if (this.isUnderSuffix(host)) return undefined;
    if (isLocalName(host)) return 'forbidden-name';
    const { scope } = this.options;
    return scope === 'private' || scope === 'cluster' ? 'outside-scope' : undefined;
  }

  private judgeIp(
    ip: Uint8Array,
    scope: AddressScope | undefined,
    via: AddressScope,
  ): AddressRefusal | undefined {
    if (scope === undefined) return 'forbidden-class';
    switch (this.options.scope) {
      case 'auto':
        return isSameOrWider(scope, via) ? undefined : 'narrower-scope';
      case 'public':
        return scope === 'public' ? undefined : 'outside-scope';
      case 'private':
      case 'cluster':
        return formsOf(ip).every((form) => this.isAllowed(form)) ? undefined : 'outside-scope';
      default:
        return assertNever(this.options.scope);
    }
  }

  private isAnswer(ip: Uint8Array, via: AddressScope): boolean {
    const scope = classOfIp(ip);
    const { scope: network, allowedCidrs } = this.options;
    const isClosed = network === 'private' || network === 'cluster';
    // Only names were allowed, so no range says where they may lead: into a private network.
    if (isClosed && allowedCidrs.length === 0) return scope === 'private';
    return this.judgeIp(ip, scope, via) === undefined;
  }

  private isAllowed(ip: Uint8Array): boolean {
    return this.options.allowedCidrs.some((range) => cidrContains(range, ip));
  }

  private isUnderSuffix(host: string): boolean {
    return this.suffixes.some((suffix) => host.endsWith(suffix) && host.length > suffix.length);
  }
}
