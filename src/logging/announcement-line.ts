import { assertNever } from '../core/support/brand.ts';
import { type Event, type EventLine, fromClass, line } from './event-line.ts';

export function announcement(
  event: Event<'announcement-received' | 'announcement-accepted' | 'announcement-rejected'>,
): EventLine {
  const common = { type: event.type, hash: event.hash };
  switch (event.kind) {
    case 'announcement-received': {
      const fields = { ...common, duplicate: event.duplicate };
      return fromClass(event.kind, line('debug', 'Announcement received', fields));
    }
    case 'announcement-accepted': {
      const fields = { ...common, relayed_to: event.relayedTo };
      return fromClass(event.kind, line('debug', 'Announcement accepted', fields));
    }
    case 'announcement-rejected': {
      const fields = { ...common, fault: event.fault };
      return fromClass(event.kind, line('debug', 'Announcement rejected', fields));
    }
    default:
      return assertNever(event);
  }
}
