import { assertNever } from '../core/support/brand.ts';
import { type Event, type EventLine, fromClass, line } from './event-line.ts';
import { quoted } from './logger.ts';

/** One remote can have itself banned under many names; `/ops/bans` has them all. */
const BANS_PER_SECOND = 1;

/** What this node found out about itself, or decided about others. */
export function ownLine(
  event: Event<'own-address-confirmed' | 'banned' | 'unbanned' | 'late'>,
): EventLine {
  switch (event.kind) {
    case 'own-address-confirmed':
      return line('info', 'Own address confirmed', { address: quoted(event.address) });
    case 'banned':
      return { ...fromClass(event.kind, banned(event)), perSecond: BANS_PER_SECOND };
    case 'unbanned':
      return line('info', 'Ban lifted', { id: quoted(event.id) });
    case 'late':
      return line('warn', 'This process ran late: deadlines wait, nobody is blamed', {
        lag_ms: Math.round(event.lagMs),
      });
    default:
      return assertNever(event);
  }
}

function banned(event: Event<'banned'>): EventLine {
  return line('warn', 'Banned', {
    [event.subject === 'node-id' ? 'node_id' : 'host']: quoted(event.id),
    reason: quoted(event.reason),
    by: event.by,
    seconds: Math.round(event.forMs / 1_000),
  });
}
