/** A kind of IPv6 address that has an IPv4 address inside it. */
interface Wrapping {
  /** First bytes of such an address. */
  readonly prefix: readonly number[];
  /** Where the four bytes begin. */
  readonly at: number;
  /** The four bytes are written inverted. */
  readonly isInverted?: true;
}

const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
const MAPPED: Wrapping = { prefix: [...zeros(10), 0xff, 0xff], at: 12 };
const WRAPPINGS: readonly Wrapping[] = [
  // IPv4-mapped, RFC 4291 §2.5.5.2; translated, RFC 2765; NAT64, RFC 6052 and (local) RFC 8215.
  MAPPED,
  { prefix: [...zeros(8), 0xff, 0xff, 0, 0], at: 12 },
  { prefix: [0, 0x64, 0xff, 0x9b, ...zeros(8)], at: 12 },
  { prefix: [0, 0x64, 0xff, 0x9b, 0, 1], at: 12 },
  // 6to4, RFC 3056; Teredo, RFC 4380: first the server, then the client.
  { prefix: [0x20, 0x02], at: 2 },
  { prefix: [0x20, 0x01, 0, 0], at: 4 },
  { prefix: [0x20, 0x01, 0, 0], at: 12, isInverted: true },
];
/** IPv4-compatible, RFC 4291 §2.5.5.1; `::` and `::1` look the same and are not. */
const COMPATIBLE: Wrapping = { prefix: zeros(12), at: 12 };
/** ISATAP, RFC 5214 §6.1: the interface identifier 0000:5efe or 0200:5efe, under any prefix. */
const ISATAP = [0, 0x5e, 0xfe];

/** Whether these 16 bytes are only another way to write an IPv4 address. */
export function isIpv4Mapped(ip: Uint8Array): boolean {
  return ip.length === 16 && startsWith(ip, MAPPED.prefix);
}

/**
 * Every IPv4 address to which a packet for these 16 bytes may go, as four bytes each: a translator or
 * a tunnel on the way unwraps it. Empty for four bytes, and for IPv6 that is nothing but IPv6.
 */
export function embeddedIpv4(ip: Uint8Array): Uint8Array[] {
  if (ip.length !== 16) return [];
  const found = WRAPPINGS.filter(({ prefix }) => startsWith(ip, prefix)).map((wrapping) =>
    unwrapped(ip, wrapping),
  );
  const isCompatible = startsWith(ip, COMPATIBLE.prefix) && ip[12] !== 0;
  if (isCompatible || isIsatap(ip)) found.push(unwrapped(ip, COMPATIBLE));
  return found;
}

function unwrapped(ip: Uint8Array, { at, isInverted }: Wrapping): Uint8Array {
  const bytes = ip.slice(at, at + 4);
  return isInverted === true ? bytes.map((byte) => byte ^ 0xff) : bytes;
}

function isIsatap(ip: Uint8Array): boolean {
  return ((ip[8] as number) & 0xfd) === 0 && ISATAP.every((byte, i) => ip[9 + i] === byte);
}

function startsWith(ip: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, i) => ip[i] === byte);
}
