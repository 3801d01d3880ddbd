import { scopeOfIp } from '../support/address-scope.ts';
import type { Millis } from '../support/brand.ts';
import { embeddedIpv4 } from '../support/embedded-ipv4.ts';
import { formatIp } from '../support/ip-address.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { NetworkScope } from '../support/network-scope.ts';
import type { PeerAddress } from '../support/peer-address.ts';

export type HearsayDialVerdict = 'ok' | 'dialled-lately' | 'too-many-ports';

type GuardLimits = Pick<
  NodeLimits,
  'hearsayDialIntervalMs' | 'hearsayPortsMax' | 'hearsayHostsMax'
>;

/**
 * Goal: nobody uses this node to knock at a third party: a host that hearsay named is dialled at most
 * once in 30 s and at three ports ever, until it answers in our protocol.
 * Adversary: peers that name many ports of a host, many names that resolve to it, many IPv6 forms of it.
 * Mechanism: for each host the ports that were dialled and never answered as a peer does. A port that
 * does answer is forgotten: it is no third party. A host is an IPv4 address, also one inside an IPv6
 * address, or an IPv6 address. Exempt are loopback, where all nodes of a machine share one host that is
 * nobody else's, and the scope `cluster`, where only the P2P port of the operator's own ranges and
 * names is ever dialled, and many pods may stand behind one address.
 * Bound: `hearsayHostsMax` hosts, the one dialled longest ago gives way; so "ever" means: until as
 * many other hosts were dialled, which takes half an hour of dials at the full rate.
 * Cost: O(1).
 */
export class HearsayDialGuard {
  /** Host → silent port → last dial; in the order of the hosts' last dials. */
  private readonly hosts = new Map<string, Map<number, Millis>>();

  constructor(
    private readonly scope: NetworkScope,
    private readonly limits: GuardLimits,
  ) {}

  get size(): number {
    return this.hosts.size;
  }

  /** Whether hearsay may cause a dial now. A name is `ok`: what it resolves to is asked about again. */
  mayDial(address: PeerAddress, now: Millis): HearsayDialVerdict {
    const host = this.hostOf(address);
    const silent = host === undefined ? undefined : this.hosts.get(host);
    if (silent === undefined) return 'ok';
    if (!silent.has(address.port) && silent.size >= this.limits.hearsayPortsMax) {
      return 'too-many-ports';
    }
    for (const dialledAt of silent.values()) {
      if (now - dialledAt < this.limits.hearsayDialIntervalMs) return 'dialled-lately';
    }
    return 'ok';
  }

  /** Hearsay has caused a dial. */
  dialled(address: PeerAddress, now: Millis): void {
    const host = this.hostOf(address);
    if (host === undefined) return;
    const silent = this.hosts.get(host) ?? new Map<number, Millis>();
    silent.set(address.port, now);
    this.hosts.delete(host);
    this.hosts.set(host, silent);
    if (this.hosts.size <= this.limits.hearsayHostsMax) return;
    const [oldest] = this.hosts.keys();
    this.hosts.delete(oldest as string);
  }

  /** Whoever listens there speaks our protocol. */
  answered(address: PeerAddress): void {
    const host = this.hostOf(address);
    const silent = host === undefined ? undefined : this.hosts.get(host);
    if (host === undefined || silent?.delete(address.port) !== true) return;
    if (silent.size === 0) this.hosts.delete(host);
  }

  /** Undefined for what is exempt. */
  private hostOf({ ip, host }: PeerAddress): string | undefined {
    if (ip === undefined || this.scope === 'cluster') return undefined;
    const inside = embeddedIpv4(ip).at(-1);
    if (scopeOfIp(inside ?? ip) === 'loopback') return undefined;
    return inside === undefined ? host : formatIp(inside);
  }
}
