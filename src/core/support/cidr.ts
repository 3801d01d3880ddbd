import { parseIpv4, parseIpv6 } from './ip-address.ts';

/** A range of addresses: those that share their first `prefixBits` with `ip` (4 or 16 bytes). */
export interface Cidr {
  readonly ip: Uint8Array;
  readonly prefixBits: number;
}

/** Reads `10.0.0.0/8` or `fd00::/8`; undefined when it is neither. IPv4 is written as IPv4. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const address = text.slice(0, slash);
  const ip = parseIpv4(address) ?? parseIpv6(address);
  // The bits of a mapped address are counted from another end: a range of it is a mistake.
  if (ip?.length === 4 && address.includes(':')) return undefined;
  const prefix = text.slice(slash + 1);
  if (slash < 0 || ip === undefined || !/^(0|[1-9][0-9]{0,2})$/.test(prefix)) return undefined;
  const prefixBits = Number(prefix);
  return prefixBits <= 8 * ip.length ? { ip, prefixBits } : undefined;
}

/** Whether an address of 4 or 16 bytes lies in the range; families never mix. */
export function cidrContains({ ip, prefixBits }: Cidr, candidate: Uint8Array): boolean {
  if (ip.length !== candidate.length) return false;
  const whole = prefixBits >> 3;
  for (let i = 0; i < whole; i += 1) if (ip[i] !== candidate[i]) return false;
  const rest = prefixBits & 7;
  if (rest === 0) return true;
  const shift = 8 - rest;
  return (ip[whole] as number) >> shift === (candidate[whole] as number) >> shift;
}
