import type { LogLevel } from '../config/node-config.ts';
import type { NodeEvent } from '../core/node/events.ts';
import { isLasting, type Direction } from '../core/session/connection.ts';
import type { CloseReason } from '../core/session/reasons.ts';
import { assertNever } from '../core/support/brand.ts';
import { type LogFields, quoted } from './logger.ts';

/** What a node event says in the log. */
export interface EventLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
  /** Who can cause such lines at will: a host, or a class of events; undefined when only this node can. */
  readonly remote?: string;
}

type Event<Kind extends NodeEvent['kind']> = Extract<NodeEvent, { kind: Kind }>;

/** The line of an event; undefined for what only the metrics count. */
export function nodeEventLine(event: NodeEvent): EventLine | undefined {
  switch (event.kind) {
    case 'peers-loaded':
      return line('info', `Loaded ${event.count} persisted peers from database`);
    case 'no-seeds-configured':
      return line('warn', 'No seed peers configured', {
        hint: 'name a peer with --peer HOST:PORT, or add one to seed_peers.toml',
      });
    case 'dials-started':
      return line('info', 'Attempting to establish outbound connections', {
        attempting_connections: event.attemptingConnections,
      });
    case 'state-changed':
      return line('info', 'State changed', { from: event.from, to: event.to });
    case 'mesh-joined':
      return line('info', 'Joined the mesh', { reason: event.reason });
    case 'draining':
      return line('info', 'Draining', { reason: event.reason });
    case 'source-read':
      return sourceRead(event);
    case 'ping-measured':
      return undefined;
    case 'limit-hit':
      return limitHit(event);
    case 'announcement-received':
    case 'announcement-accepted':
    case 'announcement-rejected':
      return announcement(event);
    default:
      return peerLine(event);
  }
}

/** Events about one address. */
function peerLine(
  event: Exclude<
    NodeEvent,
    | Event<'peers-loaded' | 'no-seeds-configured' | 'dials-started' | 'state-changed'>
    | Event<'mesh-joined' | 'draining' | 'source-read' | 'ping-measured' | 'limit-hit'>
    | Event<'announcement-received' | 'announcement-accepted' | 'announcement-rejected'>
  >,
): EventLine {
  switch (event.kind) {
    case 'connection-established':
      return established(event);
    case 'handshake-rejected':
      return handshakeRejected(event);
    case 'disconnected':
      return disconnected(event);
    case 'dial-finished':
      return fromDial(event.address, line('debug', 'Dial finished', dialFields(event)));
    case 'peer-list-received':
      return fromHost(
        event.peer,
        line('info', 'Received peer list from peer', {
          peer: quoted(event.peer),
          peer_count: event.peerCount,
        }),
      );
    case 'peer-verified':
      return fromDial(
        event.address,
        line('debug', 'Peer verified', { peer: quoted(event.address), node_id: event.nodeId }),
      );
    case 'peer-saved':
      return fromDial(event.address, line('debug', 'Peer saved', { peer: quoted(event.address) }));
    case 'peer-forgotten':
      return fromDial(
        event.address,
        line('info', 'Peer forgotten', { peer: quoted(event.address), reason: event.reason }),
      );
    case 'host-unresolved':
      return fromDial(
        event.address,
        line('debug', 'Host name not resolved', { peer: quoted(event.address) }),
      );
    case 'address-refused':
      return fromClass(
        event.kind,
        line('debug', 'Address refused', { address: quoted(event.address), reason: event.reason }),
      );
    default:
      return assertNever(event);
  }
}

function dialFields(event: Event<'dial-finished'>): LogFields {
  return {
    peer: quoted(event.address),
    source: event.source,
    class: event.class,
    outcome: event.outcome,
  };
}

function established(event: Event<'connection-established'>): EventLine {
  const isSlot = isLasting(event.class);
  if (event.direction === 'outbound' && isSlot) {
    return fromEnd(
      event,
      line('info', 'Successfully established outbound connection', { peer: quoted(event.peer) }),
    );
  }
  const message =
    event.direction === 'inbound' ? 'Accepted inbound connection' : 'Established short connection';
  const fields = {
    peer: quoted(event.peer),
    class: event.class,
    node_id: event.nodeId,
    agent: quoted(event.agent),
  };
  return fromEnd(event, line(isSlot ? 'info' : 'debug', message, fields));
}

/** A refusal that the operators of both nodes should hear of. Everything else is ordinary life. */
const REJECTIONS_TO_WARN_OF: ReadonlySet<CloseReason> = new Set<CloseReason>([
  'protocol-version-mismatch',
  'chain-id-mismatch',
  'genesis-mismatch',
  'identity-mismatch',
  'malformed',
  'security-required',
  'banned',
]);

function handshakeRejected(event: Event<'handshake-rejected'>): EventLine {
  const level = REJECTIONS_TO_WARN_OF.has(event.reason) ? 'warn' : 'debug';
  const fields: LogFields = {
    peer: quoted(event.peer),
    reason: event.reason,
    expected: optionallyQuoted(event.expected),
    got: optionallyQuoted(event.got),
    by: event.by === 'remote' ? event.by : undefined,
    detail: optionallyQuoted(event.detail),
  };
  return fromEnd(event, line(level, 'Handshake rejected', fields));
}

function disconnected(event: Event<'disconnected'>): EventLine {
  const isSlot = isLasting(event.class);
  const fields = {
    peer: quoted(event.peer),
    direction: event.direction,
    class: event.class,
    reason: event.reason,
    by: event.by,
    connected_seconds: Math.round(event.connectedMs / 100) / 10,
  };
  return fromEnd(event, line(isSlot ? 'info' : 'debug', 'Disconnected', fields));
}

function sourceRead(event: Event<'source-read'>): EventLine {
  const fields = {
    source: quoted(event.source),
    result: event.result,
    addresses: event.addresses,
  };
  return fromClass(
    `${event.kind} ${event.source}`,
    line(event.result === 'ok' ? 'debug' : 'warn', 'Read seed source', fields),
  );
}

function limitHit(event: Event<'limit-hit'>): EventLine {
  const fields = { limit: event.limit, peer: optionallyQuoted(event.peer) };
  const entry = line('debug', 'Limit hit', fields);
  return event.peer === undefined
    ? fromClass(`${event.kind} ${event.limit}`, entry)
    : fromHost(event.peer, entry);
}

function announcement(
  event: Event<'announcement-received' | 'announcement-accepted' | 'announcement-rejected'>,
): EventLine {
  const common = { type: event.type, hash: event.hash };
  switch (event.kind) {
    case 'announcement-received': {
      const fields = { ...common, duplicate: event.duplicate };
      return fromClass(event.kind, line('debug', 'Announcement received', fields));
    }
    case 'announcement-accepted': {
      const fields = { ...common, relayed_to: event.relayedTo };
      return fromClass(event.kind, line('debug', 'Announcement accepted', fields));
    }
    case 'announcement-rejected': {
      const fields = { ...common, fault: event.fault };
      return fromClass(event.kind, line('debug', 'Announcement rejected', fields));
    }
    default:
      return assertNever(event);
  }
}

function line(level: LogLevel, message: string, fields: LogFields = {}): EventLine {
  return { level, message, fields };
}

/** The far end can come back from any port: its host is who causes the line. */
function fromHost(peer: string, entry: EventLine): EventLine {
  const colon = peer.lastIndexOf(':');
  return { ...entry, remote: colon < 0 ? peer : peer.slice(0, colon) };
}

/** We dialled, at our own pace: peers on other ports of the same host are peers of their own. */
function fromDial(address: string, entry: EventLine): EventLine {
  return { ...entry, remote: address };
}

function fromEnd(event: { direction: Direction; peer: string }, entry: EventLine): EventLine {
  return event.direction === 'inbound' ? fromHost(event.peer, entry) : fromDial(event.peer, entry);
}

/** Lines whose event does not say which peer caused them share one allowance. */
function fromClass(name: string, entry: EventLine): EventLine {
  return { ...entry, remote: name };
}

function optionallyQuoted(text: string | undefined): LogFields[string] {
  return text === undefined ? undefined : quoted(text);
}
