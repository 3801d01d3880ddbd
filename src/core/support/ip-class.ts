import { isSameOrWider, scopeOfIp, type AddressScope } from './address-scope.ts';
import { cidrContains, parseCidr, type Cidr } from './cidr.ts';
import { embeddedIpv4, isIpv4Mapped } from './embedded-ipv4.ts';

/**
 * Addresses at which no peer lives, whoever names them: the special-purpose registries of IANA
 * (RFC 6890), multicast, and the places where clouds hand out credentials. Link-local is among them:
 * it means another machine on every link.
 */
const NEVER_IPV4 = rangesOf([
  '0.0.0.0/8', // "this network", RFC 791; 0.0.0.0 reaches the local host
  '169.254.0.0/16', // link-local, RFC 3927; metadata of most clouds
  '192.0.0.0/24', // protocol assignments, RFC 6890; metadata of Oracle's cloud
  '192.0.2.0/24', // documentation, RFC 5737, with the two below
  '198.51.100.0/24',
  '203.0.113.0/24',
  '192.31.196.0/24', // AS112 sinks, RFC 7535 and 7534
  '192.175.48.0/24',
  '192.52.193.0/24', // multicast tunnels, RFC 7450
  '192.88.99.0/24', // 6to4 relays, RFC 7526
  '198.18.0.0/15', // benchmarks, RFC 2544
  '224.0.0.0/4', // multicast, RFC 5771
  '240.0.0.0/4', // reserved, RFC 1112; broadcast, RFC 919
  '100.100.100.100/32', // resolver of an overlay network
  '100.100.100.200/32', // metadata of Alibaba's cloud
  '168.63.129.16/32', // platform services of Azure
]);
const NEVER_IPV6 = rangesOf([
  '2001:1::/32', // protocol assignments of 2001::/23, RFC 2928, all but Teredo's 2001::/32,
  '2001:2::/31', // benchmarks of RFC 5180 and ORCHIDs of RFC 7343 among them
  '2001:4::/30',
  '2001:8::/29',
  '2001:10::/28',
  '2001:20::/27',
  '2001:40::/26',
  '2001:80::/25',
  '2001:100::/24',
  '2001:db8::/32', // documentation, RFC 3849 and 9637
  '3fff::/20',
  '2620:4f:8000::/48', // AS112 sinks, RFC 7534
  '3ffe::/16', // the 6bone, returned by RFC 3701
  'fd00:ec2::/32', // metadata and resolver of AWS
  'fd00:c1::a9fe:a9fe/128', // metadata of Oracle's, Google's and Scaleway's clouds
  'fd20:ce::254/128',
  'fd00:42::42/128',
]);
/** Global unicast (RFC 4291 §2.4) and NAT64 (RFC 6052): all the IPv6 that can be public. */
const PUBLIC_IPV6 = rangesOf(['2000::/3', '64:ff9b::/96']);

/**
 * How local an address is that somebody names: the most local of all that it can mean, so that an
 * IPv4 address inside an IPv6 one counts too. Undefined: never a peer. The far end of a connection is
 * judged by `scopeOfIp` instead: what it chose to be wrapped in must not make it a neighbour.
 * @param ip 4 or 16 bytes
 */
export function classOfIp(ip: Uint8Array): AddressScope | undefined {
  let narrowest: AddressScope = 'public';
  for (const form of formsOf(ip)) {
    const scope = scopeOfForm(form);
    if (scope === undefined) return undefined;
    if (isSameOrWider(narrowest, scope)) narrowest = scope;
  }
  return narrowest;
}

/** The address and every IPv4 address inside it; of a mapped one only the latter. */
export function formsOf(ip: Uint8Array): readonly Uint8Array[] {
  const inside = embeddedIpv4(ip);
  return isIpv4Mapped(ip) ? inside : [ip, ...inside];
}

function scopeOfForm(ip: Uint8Array): AddressScope | undefined {
  const never = ip.length === 4 ? NEVER_IPV4 : NEVER_IPV6;
  if (isInside(never, ip)) return undefined;
  const scope = scopeOfIp(ip);
  if (scope === 'link-local') return undefined;
  return scope === 'public' && ip.length === 16 && !isInside(PUBLIC_IPV6, ip) ? undefined : scope;
}

function isInside(ranges: readonly Cidr[], ip: Uint8Array): boolean {
  return ranges.some((range) => cidrContains(range, ip));
}

function rangesOf(texts: readonly string[]): readonly Cidr[] {
  return texts.map((text) => parseCidr(text) as Cidr);
}
