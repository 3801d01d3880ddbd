import type { AddressEntry, AddressState } from '../address-book/address-entry.ts';
import type { Millis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';

export interface DueFacts {
  readonly now: Millis;
  /** Established connections of any kind but feelers and surplus. */
  readonly connections: number;
  /** Connected, being dialled, known to be a node that is connected, banned, or our own. */
  readonly isBusy: (entry: AddressEntry) => boolean;
}

/** Left to others than the plan: reach-back, time. A ban is asked for by `isBusy`: it ends by itself. */
const NEVER_PLANNED: ReadonlySet<AddressState> = new Set([
  'self',
  'quarantined',
  'connected',
  'proven',
  'elder',
  'dialing',
  'handshaking',
  'queued',
]);

/**
 * Its backoff is over; or there is no connection at all, and what we trusted once is tried at least
 * once per reconnection interval.
 * @param isTrusted verified once, or written down by the operator
 */
export function isDue(
  entry: AddressEntry,
  isTrusted: boolean,
  facts: DueFacts,
  limits: NodeLimits,
): boolean {
  if (
    NEVER_PLANNED.has(entry.state) &&
    !(entry.state === 'quarantined' && facts.connections === 0)
  ) {
    return false;
  }
  if (facts.isBusy(entry)) return false;
  if (entry.nextDialAt <= facts.now) return true;
  if (facts.connections > 0 || !isTrusted) return false;
  return (
    entry.lastDialAt === undefined || entry.lastDialAt + limits.reconnectionIntervalMs <= facts.now
  );
}
