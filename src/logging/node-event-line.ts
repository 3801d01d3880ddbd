import type { NodeEvent } from '../core/node/events.ts';
import { assertNever } from '../core/support/brand.ts';
import { addressLine } from './address-line.ts';
import { announcement } from './announcement-line.ts';
import { connectionLine } from './connection-line.ts';
import {
  type Event,
  type EventLine,
  fromClass,
  fromHost,
  line,
  optionallyQuoted,
} from './event-line.ts';
import { quoted } from './logger.ts';
import { ownLine } from './own-line.ts';

/** The line of an event; undefined for what only the metrics count. */
export function nodeEventLine(event: NodeEvent): EventLine | undefined {
  switch (event.kind) {
    case 'ping-measured':
      return undefined;
    case 'peer-record': {
      const { result, peer } = event;
      return fromHost(peer, line('debug', 'Peer record', { result, peer: quoted(peer) }));
    }
    case 'source-read':
      return sourceRead(event);
    case 'limit-hit':
      return limitHit(event);
    case 'announcement-received':
    case 'announcement-accepted':
    case 'announcement-rejected':
      return announcement(event);
    case 'peer-verified':
    case 'peer-saved':
    case 'peer-forgotten':
    case 'host-unresolved':
    case 'address-refused':
    case 'address-state-changed':
      return addressLine(event);
    case 'own-address-confirmed':
    case 'banned':
    case 'unbanned':
    case 'late':
      return ownLine(event);
    case 'connection-established':
    case 'handshake-rejected':
    case 'disconnected':
    case 'dial-finished':
    case 'peer-list-received':
      return connectionLine(event);
    default:
      return nodeLine(event);
  }
}

/** Events of the node as a whole: nobody else can cause them at will. */
function nodeLine(
  event: Event<
    | 'peers-loaded'
    | 'no-seeds-configured'
    | 'dials-started'
    | 'state-changed'
    | 'mesh-joined'
    | 'draining'
  >,
): EventLine {
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
      return readiness(event);
    case 'draining':
      return line('info', 'Draining', { reason: event.reason });
    default:
      return assertNever(event);
  }
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

function readiness({ reason }: Event<'mesh-joined'>): EventLine {
  switch (reason) {
    case 'connected':
      return line('info', 'Joined the mesh', { reason });
    case 'network-of-one':
      return line('info', 'Ready without peers', {
        reason,
        explanation: 'no source names anybody else and no peer is stored: this node is the first',
      });
    case 'all-candidates-silent':
      return line('warn', 'Ready without peers', {
        reason,
        explanation: 'no known address has answered: GET /ops/book tells why for each',
      });
    default:
      return assertNever(reason);
  }
}
