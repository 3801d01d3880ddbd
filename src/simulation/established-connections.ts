import {
  holdsSlot,
  isLasting,
  type ConnectionClass,
  type Direction,
} from '../core/session/connection.ts';
import type { ConnectionId } from '../core/support/brand.ts';

interface Established {
  readonly direction: Direction;
  readonly class: ConnectionClass;
}

/** Connections of one node whose handshake is complete, and how many there are: O(1) to ask. */
export class EstablishedConnections {
  private readonly byId = new Map<ConnectionId, Established>();
  private readonly slotsOf = { inbound: 0, outbound: 0 };
  private readonly lastingOf = { inbound: 0, outbound: 0 };

  add(id: ConnectionId, established: Established): void {
    this.delete(id);
    this.byId.set(id, established);
    this.count(established, 1);
  }

  delete(id: ConnectionId): void {
    const established = this.byId.get(id);
    if (established === undefined) return;
    this.byId.delete(id);
    this.count(established, -1);
  }

  clear(): void {
    for (const id of [...this.byId.keys()]) this.delete(id);
  }

  /** Those that take a slot. */
  slots(direction: Direction): number {
    return this.slotsOf[direction];
  }

  /** Those that are meant to stay: slots, and operators' peers beside them. */
  lasting(direction: Direction): number {
    return this.lastingOf[direction];
  }

  private count({ direction, class: ofClass }: Established, by: 1 | -1): void {
    if (holdsSlot(ofClass)) this.slotsOf[direction] += by;
    if (isLasting(ofClass)) this.lastingOf[direction] += by;
  }
}
