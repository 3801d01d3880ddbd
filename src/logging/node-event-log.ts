import type { NodeEvent } from '../core/node/events.ts';
import type { NodeEventListener } from '../runtime/running-node.ts';
import { type Logger, quoted } from './logger.ts';
import type { EventLine } from './event-line.ts';
import { nodeEventLine } from './node-event-line.ts';
import { PacedEvents } from './paced-events.ts';
import { ToldOnce } from './told-once.ts';
import { RemoteLineLimit } from './remote-line-limit.ts';

/** Writes the line of an event, whoever caused it. */
export function logNodeEvent(logger: Logger, event: NodeEvent): void {
  const line = nodeEventLine(event);
  if (line !== undefined) write(logger, line);
}

/**
 * A listener for all events of a node, from before its start on. At most ten lines a second are
 * caused by one remote; how many were held back is told when it stops, or every ten seconds. At level
 * debug each kind of line that names no remote has an allowance of its own.
 * @param heldBack called for each line that is not written for that reason
 */
export function createNodeEventLog(
  logger: Logger,
  heldBack: () => void = () => undefined,
): NodeEventListener {
  const limit = new RemoteLineLimit();
  const toldOnce = new ToldOnce();
  const paced = new PacedEvents();
  return (event, at) => {
    for (const { remote, count } of limit.report(at)) {
      logger.warn('Log lines suppressed', { remote: quoted(remote), suppressed: count });
    }
    for (const told of paced.pass(event, at)) {
      const line = toldOnce.lineOf(told);
      if (line === undefined || !logger.isEnabled(line.level)) continue;
      if (admits(limit, line, at)) write(logger, line);
      else heldBack();
    }
  };
}

function admits(limit: RemoteLineLimit, { remote, perSecond }: EventLine, at: number): boolean {
  return remote === undefined || limit.admits(remote, at, perSecond);
}

function write(logger: Logger, { level, message, fields }: EventLine): void {
  logger[level](message, fields);
}
