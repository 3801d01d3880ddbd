import type { Millis } from '../support/brand.ts';
import { compareBytes } from '../support/bytes.ts';
import type { Direction } from './connection.ts';

/** What the rule needs to know of the connection that is there already. */
export interface OlderConnection {
  readonly direction: Direction;
  readonly establishedAt: Millis;
  /** When application bytes last moved in each direction; undefined when none did. */
  readonly lastReceivedAt: Millis | undefined;
  readonly lastSentAt: Millis | undefined;
}

export interface NewerConnection {
  readonly direction: Direction;
  /** When its dial started or it was accepted. */
  readonly openedAt: Millis;
}

export interface DuplicateContext {
  readonly ownKey: Uint8Array;
  readonly remoteKey: Uint8Array;
  readonly pingIntervalMs: number;
  readonly now: Millis;
}

/**
 * Which of two connections to one node stays. Both sides must agree without a further message:
 * - a listener keeps the older one when it is alive (application bytes both ways within a ping
 *   interval), and says so in place of its Hello;
 * - a dialler that got a Hello knows that the listener did not: it keeps a live older one only when
 *   that was established before this dial began, so that the listener has seen it too;
 * - otherwise the connection dialled by the larger key stays; between two of one direction, an
 *   older one that never carried anything or still moves stays, a stalled one goes.
 */
export function connectionToKeep(
  older: OlderConnection,
  newer: NewerConnection,
  context: DuplicateContext,
): 'older' | 'newer' {
  const knownToBoth = newer.direction === 'inbound' || older.establishedAt < newer.openedAt;
  if (isAlive(older, context) && knownToBoth) return 'older';
  if (older.direction === newer.direction) {
    const isFresh = context.now - older.establishedAt < context.pingIntervalMs;
    return isFresh ? 'older' : 'newer';
  }
  const ownIsLarger = compareBytes(context.ownKey, context.remoteKey) > 0;
  const keptDirection: Direction = ownIsLarger ? 'outbound' : 'inbound';
  return older.direction === keptDirection ? 'older' : 'newer';
}

function isAlive(older: OlderConnection, context: DuplicateContext): boolean {
  const since = context.now - context.pingIntervalMs;
  const moved = (at: Millis | undefined): boolean => at !== undefined && at >= since;
  return moved(older.lastReceivedAt) && moved(older.lastSentAt);
}
