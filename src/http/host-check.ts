/**
 * Against DNS rebinding: a web page whose name was pointed at 127.0.0.1 sends its own name as Host.
 * An operations listener that is bound to loopback is asked by these names only; one that is bound
 * to a pod's address is asked by names that only the cluster knows.
 */
const LOOPBACK_HOST = /^(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]{1,5})?$/i;

export function isLoopbackBinding(host: string): boolean {
  return /^(localhost|127(\.[0-9]{1,3}){3}|::1)$/i.test(host);
}

/** `host` is the Host header; HTTP/1.0 has none, and no browser speaks that. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host === undefined || LOOPBACK_HOST.test(host);
}

/** Far end of a socket on this machine; IPv4 on a socket of both families included. */
export function isLoopbackAddress(remoteAddress: string): boolean {
  return /^(::ffff:)?127(\.[0-9]{1,3}){3}$|^::1$/i.test(remoteAddress);
}

/** A page of this listener itself names in Origin what it names in Host. */
export function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`;
}
