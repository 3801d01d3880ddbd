import type { NodeEvent } from '../core/node/events.ts';
import { dialRefused } from './connection-line.ts';
import type { Event, EventLine } from './event-line.ts';
import { nodeEventLine } from './node-event-line.ts';

/** More than an operator names; beyond it lines are told again. */
const TOLD_MAX = 256;
/** Outcomes with a line of their own, and those that are no failures: a list may hold this node itself. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set([
  'connected',
  'protocol-version-mismatch',
  'chain-id-mismatch',
  'genesis-mismatch',
  'identity-mismatch',
  'banned',
  'self-connection',
  'duplicate-connection',
]);

/** Sources and peers that the operator named: what stays as it was is told once, not at every try. */
export class ToldOnce {
  private readonly told = new Map<string, string>();

  /** The line of an event; undefined when it says nothing new, or nothing at all. */
  lineOf(event: NodeEvent): EventLine | undefined {
    switch (event.kind) {
      case 'source-read':
        return this.isNews(`source ${event.source}`, event.result) || event.result === 'ok'
          ? nodeEventLine(event)
          : undefined;
      case 'dial-finished':
        return this.isNewFailure(event) ? dialRefused(event) : nodeEventLine(event);
      default:
        return nodeEventLine(event);
    }
  }

  private isNewFailure({ address, source, outcome }: Event<'dial-finished'>): boolean {
    if (source !== 'seed' && source !== 'peer') return false;
    return this.isNews(address, outcome) && !TOLD_ELSEWHERE.has(outcome);
  }

  private isNews(about: string, what: string): boolean {
    if (this.told.get(about) === what) return false;
    if (this.told.size >= TOLD_MAX) this.told.clear();
    this.told.set(about, what);
    return true;
  }
}
