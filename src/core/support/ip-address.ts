const ZERO = '0'.charCodeAt(0);

/** Dotted quad without leading zeros, or undefined. */
export function parseIpv4(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(4);
  let at = 0;
  for (let i = 0; i < 4; i += 1) {
    const end = i === 3 ? text.length : text.indexOf('.', at);
    const byte = decimalByte(text, at, end);
    if (byte === undefined) return undefined;
    bytes[i] = byte;
    at = end + 1;
  }
  return bytes;
}

/** The number at `[start, end)`: one to three digits, 0 to 255, no leading zero; else undefined. */
function decimalByte(text: string, start: number, end: number): number | undefined {
  const length = end - start;
  if (length < 1 || length > 3) return undefined;
  let value = 0;
  for (let i = start; i < end; i += 1) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = 10 * value + digit;
  }
  const hasLeadingZero = length > 1 && text.charCodeAt(start) === ZERO;
  return hasLeadingZero || value > 255 ? undefined : value;
}

/**
 * RFC 4291 text, without a zone index. An IPv4-mapped address comes back as its four bytes,
 * so that one peer has one address.
 */
export function parseIpv6(text: string): Uint8Array | undefined {
  if (text.length > 45) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] as string, halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1] as string, true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return unmapped(Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff])));
}

/** Canonical text of 4 bytes (dotted quad) or 16 bytes (RFC 5952). */
export function formatIp(ip: Uint8Array): string {
  if (ip.length === 4) return `${ip[0]}.${ip[1]}.${ip[2]}.${ip[3]}`;
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((ip[i] as number) << 8) | (ip[i + 1] as number));
  const { start, length } = longestZeroRun(groups);
  const hex = (part: number[]): string => part.map((group) => group.toString(16)).join(':');
  if (length < 2) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

function groupsOf(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (mayEndInIpv4 && index === parts.length - 1 && part.includes('.')) {
      const ipv4 = parseIpv4(part);
      if (ipv4 === undefined) return undefined;
      const [a, b, c, d] = ipv4 as unknown as [number, number, number, number];
      groups.push((a << 8) | b, (c << 8) | d);
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}

function unmapped(ip: Uint8Array): Uint8Array {
  const mapped = ip.every((byte, i) => (i < 10 ? byte === 0 : i >= 12 || byte === 0xff));
  return mapped ? ip.slice(12) : ip;
}

function longestZeroRun(groups: number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let run = 0;
  for (const [index, group] of groups.entries()) {
    run = group === 0 ? run + 1 : 0;
    if (run > best.length) best = { start: index - run + 1, length: run };
  }
  return best;
}
