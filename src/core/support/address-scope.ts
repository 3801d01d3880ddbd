/** How local an address is, from the most local to the least; the order is meant. */
export const ADDRESS_SCOPES = ['loopback', 'link-local', 'private', 'public'] as const;
export type AddressScope = (typeof ADDRESS_SCOPES)[number];

/** Class of 4 or 16 address bytes: RFC 1122, 3927, 1918, 6598, 4291, 4193. */
export function scopeOfIp(ip: Uint8Array): AddressScope {
  return ip.length === 4 ? scopeOfIpv4(ip) : scopeOfIpv6(ip);
}

/** Whether a node that is reached over `via` may be told of an address of class `candidate`. */
export function isSameOrWider(candidate: AddressScope, via: AddressScope): boolean {
  return ADDRESS_SCOPES.indexOf(candidate) >= ADDRESS_SCOPES.indexOf(via);
}

function scopeOfIpv4(ip: Uint8Array): AddressScope {
  const [a, b] = ip as unknown as [number, number];
  if (a === 127) return 'loopback';
  if (a === 169 && b === 254) return 'link-local';
  return isPrivateIpv4(a, b) ? 'private' : 'public';
}

/** 10/8, 172.16/12 and 192.168/16 of RFC 1918, 100.64/10 of RFC 6598. */
function isPrivateIpv4(a: number, b: number): boolean {
  if (a === 10) return true;
  if (a === 172) return b >= 16 && b < 32;
  if (a === 192) return b === 168;
  return a === 100 && b >= 64 && b < 128;
}

function scopeOfIpv6(ip: Uint8Array): AddressScope {
  const [a, b] = ip as unknown as [number, number];
  if (ip[15] === 1 && ip.subarray(0, 15).every((byte) => byte === 0)) return 'loopback';
  if (a === 0xfe && (b & 0xc0) === 0x80) return 'link-local';
  return (a & 0xfe) === 0xfc ? 'private' : 'public';
}
