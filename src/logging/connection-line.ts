import { isLasting } from '../core/session/connection.ts';
import type { CloseReason } from '../core/session/reasons.ts';
import { assertNever } from '../core/support/brand.ts';
import {
  type Event,
  type EventLine,
  fromDial,
  fromEnd,
  fromHost,
  line,
  optionallyQuoted,
} from './event-line.ts';
import { type LogFields, quoted } from './logger.ts';

/** Events of one connection or dial. */
export function connectionLine(
  event: Event<
    | 'connection-established'
    | 'handshake-rejected'
    | 'disconnected'
    | 'dial-finished'
    | 'peer-list-received'
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
      return dialFinished(event);
    case 'peer-list-received':
      return fromHost(
        event.peer,
        line('info', 'Received peer list from peer', {
          peer: quoted(event.peer),
          peer_count: event.peerCount,
        }),
      );
    default:
      return assertNever(event);
  }
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
  'tls-certificate-untrusted',
  'tls-certificate-expired',
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

function dialFinished(event: Event<'dial-finished'>): EventLine {
  const fields = {
    peer: quoted(event.address),
    source: event.source,
    class: event.class,
    outcome: event.outcome,
  };
  return fromDial(event.address, line('debug', 'Dial finished', fields));
}

/** A peer or seed of the operator could not be reached: told once, not at every try. */
export function dialRefused(event: Event<'dial-finished'>): EventLine {
  const fields = { peer: quoted(event.address), source: event.source, reason: event.outcome };
  return fromDial(event.address, line('warn', 'Could not connect, trying again', fields));
}
