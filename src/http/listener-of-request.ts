import type { IncomingMessage } from 'node:http';
import type { ListenerName } from '../discovery/application-status.ts';

/**
 * Which listener accepted a request. Set by the server that read it, so nothing that a client sends
 * (a header, a path) can change the answer.
 */
const listeners = new WeakMap<IncomingMessage, ListenerName>();

export function setListener(request: IncomingMessage, name: ListenerName): void {
  listeners.set(request, name);
}

/** `public`, the one with fewer rights, when nobody has said. */
export function listenerOf(request: IncomingMessage): ListenerName {
  return listeners.get(request) ?? 'public';
}
