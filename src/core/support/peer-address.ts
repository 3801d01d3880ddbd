import type { AddressKey } from './brand.ts';
import { formatIp, parseIpv4, parseIpv6 } from './ip-address.ts';

/**
 * An address at which a peer may be dialled, parsed once at the edge of the core.
 * `key` is the canonical text: lower case, IPv6 by RFC 5952 in brackets, port without leading zeros.
 */
export interface PeerAddress {
  readonly key: AddressKey;
  readonly host: string;
  readonly port: number;
  readonly kind: 'ipv4' | 'ipv6' | 'name';
  /** 4 or 16 bytes; absent for a name. */
  readonly ip?: Uint8Array;
}

export type PeerAddressFault =
  'malformed-address' | 'malformed-host' | 'malformed-port' | 'not-canonical';

export type PeerAddressResult =
  | { readonly ok: true; readonly address: PeerAddress }
  | { readonly ok: false; readonly fault: PeerAddressFault };

/** RFC 1035: 253 characters of text. */
const HOST_LENGTH_MAX = 253;
const NAME =
  /^(?=.*[a-z])[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/;
const PORT = /^[1-9][0-9]{0,4}$/;
/** The last label decides whether a resolver may take a name for a number: `0x7f.1`, `127.1`, `2130706433`. */
const NUMERIC_LAST_LABEL = /(^|\.)(0x[0-9a-f]*|[0-9]+)\.?$/;

const fail = (fault: PeerAddressFault): PeerAddressResult => ({ ok: false, fault });

/** Reads what a person or a configuration wrote: any case, any spelling of IPv6; the result is canonical. */
export function parsePeerAddress(text: string): PeerAddressResult {
  const split = splitHostPort(text.toLowerCase());
  if (split === undefined) return fail('malformed-address');
  if (!PORT.test(split.port) || Number(split.port) > 65_535) return fail('malformed-port');
  return addressOf(split.host, split.bracketed, Number(split.port));
}

/** Reads what a peer sent: as `parsePeerAddress`, and the text must be canonical already. */
export function parseCanonicalPeerAddress(text: string): PeerAddressResult {
  const result = parsePeerAddress(text);
  if (result.ok && result.address.key !== text) return fail('not-canonical');
  return result;
}

/** Whether a dial to it can mean one peer: parses, and is not the unspecified address. */
export function isDialableAddress(text: string): boolean {
  const result = parsePeerAddress(text);
  if (!result.ok) return false;
  return result.address.ip === undefined || result.address.ip.some((byte) => byte !== 0);
}

/** The address of a socket's end. `ip` has 4 or 16 bytes. */
export function peerAddressOfIp(ip: Uint8Array, port: number): PeerAddress {
  const host = formatIp(ip);
  const kind = ip.length === 4 ? 'ipv4' : 'ipv6';
  const key = (kind === 'ipv4' ? `${host}:${port}` : `[${host}]:${port}`) as AddressKey;
  return { key, host, port, kind, ip };
}

function splitHostPort(
  text: string,
): { host: string; port: string; bracketed: boolean } | undefined {
  const colon = text.lastIndexOf(':');
  if (colon <= 0) return undefined;
  const host = text.slice(0, colon);
  const port = text.slice(colon + 1);
  if (host.startsWith('[')) {
    return host.endsWith(']') ? { host: host.slice(1, -1), port, bracketed: true } : undefined;
  }
  return host.includes(':') ? undefined : { host, port, bracketed: false };
}

function addressOf(host: string, bracketed: boolean, port: number): PeerAddressResult {
  if (bracketed) {
    const ip = parseIpv6(host);
    return ip === undefined
      ? fail('malformed-host')
      : { ok: true, address: peerAddressOfIp(ip, port) };
  }
  const ipv4 = parseIpv4(host);
  if (ipv4 !== undefined) return { ok: true, address: peerAddressOfIp(ipv4, port) };
  if (host.length > HOST_LENGTH_MAX || !NAME.test(host) || NUMERIC_LAST_LABEL.test(host)) {
    return fail('malformed-host');
  }
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  const key = `${name}:${port}` as AddressKey;
  return { ok: true, address: { key, host: name, port, kind: 'name' } };
}
