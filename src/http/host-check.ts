import type { IncomingHttpHeaders } from 'node:http';
import { formatIp, parseIpv4, parseIpv6 } from '../core/support/ip-address.ts';

/**
 * Against DNS rebinding: a web page whose name was pointed at 127.0.0.1 sends its own name as Host.
 * An operations listener that is bound to loopback is asked by these names only; one that is bound
 * to a pod's address is asked by names that only the cluster knows.
 */
const LOOPBACK_HOST = /^(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]{1,5})?$/i;

/** `host` is the Host header; HTTP/1.0 has none, and no browser speaks that. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host === undefined || LOOPBACK_HOST.test(host);
}

/** Either end of a socket, in any spelling; IPv4 on a socket of both families included. */
export function isLoopbackAddress(address: string): boolean {
  const ip = parseIpv4(address) ?? parseIpv6(address);
  if (ip?.length === 4) return ip[0] === 127;
  return ip !== undefined && formatIp(ip) === '::1';
}

/** Whether somebody passed a request on, who may have it from anywhere. */
export function isPassedOn(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some((name) =>
    /^(forwarded|via|x-forwarded-.*|x-real-ip)$/.test(name),
  );
}

/** A page of this listener itself names in Origin what it names in Host. */
export function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`;
}
