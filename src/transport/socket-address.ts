import { parseIpv4, parseIpv6 } from '../core/support/ip-address.ts';
import { peerAddressOfIp, type PeerAddress } from '../core/support/peer-address.ts';

const MAPPED_PREFIX = '::ffff:';

/** The bytes of a numeric address as Node's sockets and resolvers write it; IPv4-mapped comes out as IPv4. */
export function ipOfText(text: string): Uint8Array | undefined {
  if (!text.includes(':')) return parseIpv4(text);
  if (text.startsWith(MAPPED_PREFIX) && text.includes('.')) {
    return parseIpv4(text.slice(MAPPED_PREFIX.length));
  }
  const zone = text.indexOf('%');
  return parseIpv6(zone === -1 ? text : text.slice(0, zone));
}

/** One end of a socket; undefined when the socket has lost its peer already. */
export function addressOfSocketEnd(
  text: string | undefined,
  port: number | undefined,
): PeerAddress | undefined {
  if (text === undefined || port === undefined) return undefined;
  const ip = ipOfText(text);
  return ip === undefined ? undefined : peerAddressOfIp(ip, port);
}
