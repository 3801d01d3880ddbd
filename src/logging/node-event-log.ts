import type { NodeEvent } from '../core/node/events.ts';
import type { NodeEventListener } from '../runtime/running-node.ts';
import { type Logger, quoted } from './logger.ts';
import type { EventLine } from './event-line.ts';
import { nodeEventLine } from './node-event-line.ts';
import { ToldOnce } from './told-once.ts';
import { RemoteLineLimit } from './remote-line-limit.ts';

/** Writes the line of an event, whoever caused it. */
export function logNodeEvent(logger: Logger, event: NodeEvent): void {
  const line = nodeEventLine(event);
  if (line !== undefined) write(logger, line);
}

/**
 * A listener for all events of a node, from before its start on. At most ten lines a second are
 * caused by one remote; how many were held back is told when it stops, or every ten seconds.
 */
export function createNodeEventLog(logger: Logger): NodeEventListener {
  const limit = new RemoteLineLimit();
  const toldOnce = new ToldOnce();
  return (event, at) => {
    for (const { remote, count } of limit.report(at)) {
      logger.warn('Log lines suppressed', { remote: quoted(remote), suppressed: count });
    }
    const line = toldOnce.lineOf(event);
    if (line === undefined || !logger.isEnabled(line.level)) return;
    if (line.remote === undefined || limit.admits(line.remote, at)) write(logger, line);
  };
}

function write(logger: Logger, { level, message, fields }: EventLine): void {
  logger[level](message, fields);
}
