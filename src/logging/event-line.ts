import type { LogLevel } from '../config/node-config.ts';
import type { NodeEvent } from '../core/node/events.ts';
import type { Direction } from '../core/session/connection.ts';
import { type LogFields, quoted } from './logger.ts';

/** What a node event says in the log. */
export interface EventLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
  /** Who can cause such lines at will: a host, or a class of events; undefined when only this node can. */
  readonly remote?: string;
  /** Of such lines; absent: as many as any remote may cause. */
  readonly perSecond?: number;
}

/** The event of one kind. */
export type Event<Kind extends NodeEvent['kind']> = Extract<NodeEvent, { kind: Kind }>;

export function line(level: LogLevel, message: string, fields: LogFields = {}): EventLine {
  return { level, message, fields };
}

/** The far end can come back from any port: its host is who causes the line. */
export function fromHost(peer: string, entry: EventLine): EventLine {
  const colon = peer.lastIndexOf(':');
  return { ...entry, remote: colon < 0 ? peer : peer.slice(0, colon) };
}

/** We dialled, at our own pace: peers on other ports of the same host are peers of their own. */
export function fromDial(address: string, entry: EventLine): EventLine {
  return { ...entry, remote: address };
}

export function fromEnd(
  event: { direction: Direction; peer: string },
  entry: EventLine,
): EventLine {
  return event.direction === 'inbound' ? fromHost(event.peer, entry) : fromDial(event.peer, entry);
}

/** Lines whose event does not say which peer caused them share one allowance. */
export function fromClass(name: string, entry: EventLine): EventLine {
  return { ...entry, remote: name };
}

export function optionallyQuoted(text: string | undefined): LogFields[string] {
  return text === undefined ? undefined : quoted(text);
}
