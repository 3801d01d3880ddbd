import { isForbiddenPort } from '../core/support/forbidden-ports.ts';
import { classOfIp } from '../core/support/ip-class.ts';
import { parsePeerAddress, type PeerAddress } from '../core/support/peer-address.ts';
import type { MergedValues } from './merged-values.ts';
import { portsOf } from './ports.ts';

/** Settings by which a node and its peers would not hear of each other. */
export function scopeWarnings(values: MergedValues): string[] {
  return [...allowedWarnings(values), ...advertiseWarnings(values)];
}

function allowedWarnings(values: MergedValues): string[] {
  const scope = values.text('network.scope');
  const [cidrs, suffixes] = ['network.allowed_cidrs', 'network.allowed_name_suffixes'] as const;
  if (scope !== 'private' && scope !== 'cluster') {
    if (values.list(cidrs).length === 0) return [];
    return [`${cidrs} has no effect: network.scope is ${scope}, not private or cluster`];
  }
  if (values.list(cidrs).length + values.list(suffixes).length > 0) return [];
  return [
    `network.scope is ${scope} but no range or suffix is allowed: no address from other peers is used`,
  ];
}

/** What this node says of itself is hearsay for the others. */
function advertiseWarnings(values: MergedValues): string[] {
  const text = values.optionalText('p2p.advertise');
  if (text === undefined) return portWarnings(values, 'p2p.port', portsOf(values).p2p);
  const parsed = parsePeerAddress(text);
  if (!parsed.ok) return [];
  const { address } = parsed;
  return [
    ...portWarnings(values, 'p2p.advertise', address.port),
    ...kindWarnings(values.text('network.scope'), address),
  ];
}

function kindWarnings(scope: string, { ip, host }: PeerAddress): string[] {
  if (ip === undefined) return [];
  const kind = classOfIp(ip);
  if (kind === undefined) {
    return ['p2p.advertise: peers do not take an address of this kind from each other'];
  }
  if (scope !== 'public' || kind === 'public') return [];
  return [`p2p.advertise: ${host} is not public as network.scope is: no peer is told of it`];
}

function portWarnings(values: MergedValues, key: string, port: number): string[] {
  if (values.text('network.scope') === 'cluster' || !isForbiddenPort(port)) return [];
  return [`${key}: peers do not take the port ${port} from each other, choose another one`];
}
