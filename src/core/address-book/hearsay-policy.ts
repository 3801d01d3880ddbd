import { isSameOrWider, scopeOfIp, type AddressScope } from '../support/address-scope.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { AddressRefusal } from './vocabulary.ts';

/** Names that only mean something inside somebody's network. */
const LOCAL_NAME_SUFFIXES = ['.localhost', '.local', '.internal', '.svc', '.cluster.local'];

/** Ports of services that are not ours; what is behind them must not be dialled on hearsay. */
const PRIVILEGED_PORT_MAX = 1_023;

/**
 * Whether an address that a peer named may be kept and dialled: an address is only as local as the
 * connection that it came over. The operator's own sources are not asked.
 * @param via class of the far end of the connection over which the address came
 * @returns why not; undefined when it may
 */
export function judgeHearsay(
  address: PeerAddress,
  via: AddressScope,
  allowedNameSuffixes: readonly string[],
): AddressRefusal | undefined {
  if (address.port <= PRIVILEGED_PORT_MAX) return 'forbidden-port';
  if (address.ip === undefined) return judgeName(address.host, allowedNameSuffixes);
  if (isNeverAPeer(address.ip)) return 'forbidden-class';
  return isSameOrWider(scopeOfIp(address.ip), via) ? undefined : 'narrower-scope';
}

/** Whether a peer that we reach over `via` could reach `address`: nothing else is shared with it. */
export function mayShare(address: PeerAddress, via: AddressScope): boolean {
  return address.ip === undefined || isSameOrWider(scopeOfIp(address.ip), via);
}

function judgeName(host: string, allowedSuffixes: readonly string[]): AddressRefusal | undefined {
  const isUnder = (suffix: string): boolean =>
    host.endsWith(suffix.startsWith('.') ? suffix : `.${suffix}`);
  if (allowedSuffixes.some(isUnder)) return undefined;
  const isLocal = !host.includes('.') || LOCAL_NAME_SUFFIXES.some(isUnder);
  return isLocal ? 'forbidden-name' : undefined;
}

function isNeverAPeer(ip: Uint8Array): boolean {
  const [a, b] = ip as unknown as [number, number];
  if (ip.length === 4) return a === 0 || a >= 224 || (a === 169 && b === 254);
  const isUnspecified = ip.every((byte) => byte === 0);
  return isUnspecified || a === 0xff || (a === 0xfe && (b & 0xc0) === 0x80);
}
