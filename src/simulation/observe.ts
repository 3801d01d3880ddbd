import type { Millis, NodeId } from '../core/support/brand.ts';
import {
  parsePeerAddress,
  peerAddressOfIp,
  type PeerAddress,
} from '../core/support/peer-address.ts';
import type {
  DialObservation,
  LinkObservation,
  NodeObservation,
  SizesObservation,
  TrustObservation,
} from './observation.ts';
import type { SimulatedNode } from './simulated-node.ts';
import type { SimulatedResolver } from './simulated-resolver.ts';

/** As many as `GET /p2p/peers` ever lists. */
const LISTED_MAX = 1_000;

/** Undefined while the node is not running. */
export function observeNode(node: SimulatedNode): NodeObservation | undefined {
  const { attachment } = node;
  if (attachment === undefined) return undefined;
  const begun = attachment.dials.size + attachment.dialledConnections;
  return {
    name: node.name,
    limits: node.identity.limits,
    begun,
    inbound: node.established.slots('inbound'),
    accepted: attachment.dials.size + attachment.connections.size - begun,
  };
}

export function observeDial(
  node: SimulatedNode,
  endpoint: PeerAddress,
  facts: Pick<DialObservation, 'isPlace' | 'inThisMinute'>,
): DialObservation {
  const { established, name, address } = node;
  return {
    name,
    endpoint: endpoint.key,
    isSelf: endpoint.key === address.key,
    isBanned: isBanned(node, endpoint),
    isConnected: established.lasting('outbound') + established.lasting('inbound') > 0,
    ...facts,
  };
}

function isBanned(node: SimulatedNode, endpoint: PeerAddress): boolean {
  const bans = node.machine?.bans() ?? [];
  if (bans.length === 0) return false;
  const answered = node.answeredBy.get(endpoint.key);
  return bans.some(({ kind, id }) =>
    kind === 'host' ? id === endpoint.host : answered?.has(id as NodeId) === true,
  );
}

/** Undefined while the node is not running. */
export function observeSizes(node: SimulatedNode, now: Millis): SizesObservation | undefined {
  if (node.machine === undefined) return undefined;
  const { newEntries, triedEntries } = node.machine.snapshot(now).book;
  return { name: node.name, limits: node.identity.limits, newEntries, triedEntries };
}

export function observeTrust(node: SimulatedNode, resolver: SimulatedResolver): TrustObservation {
  const listed = node.machine?.peers({ state: 'verified', limit: LISTED_MAX }) ?? [];
  const verified = new Set(node.answeredBy.keys());
  for (const text of listed) {
    const parsed = verified.has(text) ? undefined : parsePeerAddress(text);
    if (parsed?.ok === true && answeredAt(node, parsed.address, resolver).size > 0) {
      verified.add(text);
    }
  }
  return { name: node.name, listed, verified };
}

/** Ground truth: who answered this node's dials to `address`; for a name, to what it resolves to. */
export function answeredAt(
  node: SimulatedNode,
  address: PeerAddress,
  resolver: SimulatedResolver,
): ReadonlySet<NodeId> {
  const keys =
    address.kind === 'name'
      ? resolver.everAddressesOf(address.host).map((ip) => peerAddressOfIp(ip, address.port).key)
      : [address.key];
  return new Set(keys.flatMap((key) => [...(node.answeredBy.get(key) ?? [])]));
}

/** Connections that are open at both ends. */
export function observeLinks(nodes: readonly SimulatedNode[], now: Millis): LinkObservation[] {
  const links: LinkObservation[] = [];
  for (const node of nodes) {
    for (const end of node.attachment?.connections.values() ?? []) {
      if (end.dialled === undefined || !end.open || !end.far.open) continue;
      const listener = nodes[end.far.host.index] as SimulatedNode;
      links.push({
        dialler: node.index,
        listener: listener.index,
        diallerName: node.name,
        ageMs: now - end.openedAt,
        diallerView: end.view,
        listenerView: end.far.view,
      });
    }
  }
  return links;
}
