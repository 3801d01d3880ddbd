import { assertNever } from '../core/support/brand.ts';
import { type Event, type EventLine, fromClass, fromDial, line } from './event-line.ts';
import { quoted } from './logger.ts';

/** What the address book learned of one address. */
export function addressLine(
  event: Event<
    | 'peer-verified'
    | 'peer-saved'
    | 'peer-forgotten'
    | 'host-unresolved'
    | 'address-refused'
    | 'address-state-changed'
  >,
): EventLine {
  switch (event.kind) {
    case 'peer-verified':
      return fromDial(
        event.address,
        line('debug', 'Peer verified', { peer: quoted(event.address), node_id: event.nodeId }),
      );
    case 'peer-saved':
      return fromDial(event.address, line('debug', 'Peer saved', { peer: quoted(event.address) }));
    case 'peer-forgotten':
      return fromDial(
        event.address,
        line('info', 'Peer forgotten', { peer: quoted(event.address), reason: event.reason }),
      );
    case 'host-unresolved':
      return fromDial(
        event.address,
        line('debug', 'Host name not resolved', { peer: quoted(event.address) }),
      );
    case 'address-refused':
      return fromClass(
        event.kind,
        line('debug', 'Address refused', { address: quoted(event.address), reason: event.reason }),
      );
    case 'address-state-changed': {
      const { from, to, reason } = event;
      const fields = { peer: quoted(event.address), from, to, reason };
      return fromDial(event.address, line('debug', 'Address state changed', fields));
    }
    default:
      return assertNever(event);
  }
}
