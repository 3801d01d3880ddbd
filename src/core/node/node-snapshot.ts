import { isListed } from '../address-book/address-entry.ts';
import type { MeshReason } from '../connectivity/mesh-latch.ts';
import { PROTOCOL_VERSION } from '../session/hello-verdict.ts';
import { nodeIdOfKey } from '../session/node-identity.ts';
import type { PeerSession } from '../session/peer-session.ts';
import type { Millis } from '../support/brand.ts';
import { toHex } from '../support/bytes.ts';
import type { NodeState } from './events.ts';
import type { NodeContext } from './node-context.ts';
import type { ConnectionView, NodeSnapshot } from './views.ts';

export interface SnapshotFacts {
  readonly state: NodeState;
  readonly uptimeMs: number;
  readonly dialsInProgress: number;
  readonly meshReason: MeshReason | undefined;
}

export function snapshotOf(context: NodeContext, facts: SnapshotFacts): NodeSnapshot {
  const { options, sessions, book, traffic } = context;
  const outbound = sessions.slots('outbound') + sessions.count('outbound', 'operator');
  return {
    state: facts.state,
    nodeId: nodeIdOfKey(options.publicKey, options.sha256),
    agent: options.agent,
    protocolVersion: PROTOCOL_VERSION,
    chainId: options.chainId,
    genesisHash: toHex(options.genesisHash),
    uptimeMs: facts.uptimeMs,
    peers: { inbound: sessions.slots('inbound'), outbound },
    dialsInProgress: facts.dialsInProgress,
    book: {
      newEntries: book.newCount,
      triedEntries: book.triedCount,
      persisted: book.persistedCount,
      newGroups: book.groupCount('new'),
      triedGroups: book.groupCount('tried'),
    },
    traffic: {
      bytesReceived: traffic.bytesReceived,
      bytesSent: traffic.bytesSent,
      messagesReceived: traffic.messagesReceived(),
      messagesSent: traffic.messagesSent(),
    },
    readiness: {
      joined: facts.meshReason !== undefined,
      reason: facts.meshReason,
      waitingFor: facts.meshReason === undefined ? waitingFor(context) : undefined,
    },
    draining: context.isDraining,
  };
}

function waitingFor(context: NodeContext): string {
  if (context.isNetworkRefused()) {
    return 'a peer of the same chain, genesis and protocol version: those that answered differ';
  }
  const { readyPeersMin } = context.limits;
  return readyPeersMin === 1 ? 'a connected peer' : `${readyPeersMin} connected peers`;
}

export function connectionViews(
  context: NodeContext,
  scoreOf: (session: PeerSession) => number,
  now: Millis,
): ConnectionView[] {
  return [...context.sessions.all()].map((session) => ({
    ...viewOf(context, session, now),
    score: Math.round(scoreOf(session)),
  }));
}

function viewOf(
  context: NodeContext,
  session: PeerSession,
  now: Millis,
): Omit<ConnectionView, 'score'> {
  return {
    id: session.id,
    nodeId: session.isEstablished ? (session.nodeId ?? '') : '',
    remote: session.remote.key,
    address: addressOf(context, session) ?? '',
    direction: session.direction,
    class: session.class,
    state: session.isEstablished ? 'established' : 'handshaking',
    scope: session.scope,
    security: session.provenKey === undefined ? 'plain' : 'tls',
    ageMs: now - (session.establishedAt ?? session.openedAt),
    rttMs: session.ping.rttMs,
    bytesReceived: session.traffic.bytesReceived,
    bytesSent: session.traffic.bytesSent,
    messagesReceived: session.traffic.messagesReceived(),
    messagesSent: session.traffic.messagesSent(),
    ...claimsOf(session.hello),
  };
}

function claimsOf(
  hello: PeerSession['hello'],
): Pick<ConnectionView, 'agent' | 'zone' | 'listenAddresses' | 'observedAddress'> {
  if (hello === undefined) return { agent: '', zone: '', listenAddresses: [], observedAddress: '' };
  const { agent, zone, listenAddresses, observedAddress } = hello;
  return { agent, zone, listenAddresses, observedAddress };
}

/** Where this connection's node was verified by our own handshake; outbound, where it was dialled. */
function addressOf(context: NodeContext, session: PeerSession): string | undefined {
  if (session.dialled !== undefined) return session.dialled.key;
  const entry = session.nodeId === undefined ? undefined : context.book.addressOf(session.nodeId);
  return entry !== undefined && isListed(entry) ? entry.address.key : undefined;
}

export function peerKeys(
  context: NodeContext,
  query: { readonly state: 'connected' | 'verified'; readonly limit: number },
): string[] {
  const keys = new Set<string>();
  for (const session of context.sessions.connected()) {
    const key = addressOf(context, session);
    if (key !== undefined && keys.size < query.limit) keys.add(key);
  }
  if (query.state === 'connected') return [...keys];
  for (const entry of context.book.verifiedEntries()) {
    if (keys.size >= query.limit) break;
    if (isListed(entry)) keys.add(entry.address.key);
  }
  return [...keys];
}
