import { formatIp } from '../support/ip-address.ts';
import { scopeOfIp } from '../support/address-scope.ts';
import { embeddedIpv4 } from '../support/embedded-ipv4.ts';
import type { NetworkScope } from '../support/network-scope.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import { isLocalName } from './local-name.ts';

/** Number of the autonomous system that an address belongs to. */
export type AsNumberOf = (ip: Uint8Array) => number | undefined;

interface GroupRules {
  readonly scope: NetworkScope;
  readonly asNumberOf?: AsNumberOf | undefined;
}

/**
 * Goal: count as one what one operator can plausibly hold at little cost. Adversary: somebody with
 * many addresses of one network. Mechanism: the network that is bought as a whole. Public: the
 * autonomous system if there is a map, else IPv4 /16 and IPv6 /32. Private: the subnet, /24 and /48.
 * Cluster: the zone, else the addresses of one machine, /24 and /64. Loopback: each port, because all
 * its nodes belong to whoever sits there. A name: its last two labels, since who owns a domain has as many
 * names in it as he likes; which ends many owners share is not known without a list, and these count as
 * one. A name of a private network or cluster stands for itself. Bound and cost: no state, O(1).
 * @param zone failure domain that the peer at this address has named; empty when unknown
 */
export function networkGroupOf(address: PeerAddress, zone: string, rules: GroupRules): string {
  if (rules.scope === 'cluster' && zone !== '') return `zone ${zone}`;
  if (address.ip === undefined) return groupOfName(address.host, rules.scope);
  const ip = embeddedIpv4(address.ip).at(-1) ?? address.ip;
  const scope = scopeOfIp(ip);
  if (scope === 'loopback') return address.key;
  if (rules.scope === 'cluster') return networkOf(ip, 24, 64);
  if (scope !== 'public') return networkOf(ip, 24, 48);
  const asNumber = rules.asNumberOf?.(ip);
  return asNumber === undefined ? networkOf(ip, 16, 32) : `AS${asNumber}`;
}

function groupOfName(host: string, scope: NetworkScope): string {
  const isMachine = scope === 'cluster' || isLocalName(host);
  return isMachine ? host : host.split('.').slice(-2).join('.');
}

/** `20.1.0.0/16`: the first bits of either family, whole bytes only. */
function networkOf(ip: Uint8Array, ipv4Bits: 16 | 24, ipv6Bits: 32 | 48 | 64): string {
  const bits = ip.length === 4 ? ipv4Bits : ipv6Bits;
  const network = new Uint8Array(ip.length);
  network.set(ip.subarray(0, bits / 8));
  return `${formatIp(network)}/${bits}`;
}
