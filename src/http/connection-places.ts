import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export interface PlaceLimits {
  readonly socketsMax: number;
  /** Of the newest connections, so many are spared. */
  readonly newcomersSpared: number;
}

interface Place {
  readonly socket: Duplex;
  /** Requests without an answer yet. */
  readonly asked: Set<IncomingMessage>;
  /** When it began to do nothing that counts: it was accepted, or got its last answer. Smaller is longer ago. */
  idleSince: number;
  hasBeenAnswered: boolean;
}

/**
 * Goal: whoever sends a whole request at once gets its answer, however many others hold connections.
 * Adversary: opens more connections than there are places, with half a request each, and comes back when
 * one is ended. Mechanism: one more than fit ends another: a kept one on which nothing is asked, else
 * one whose request has not all come, else one that is being answered, and of these the one that
 * has been so for longest. The newest are spared, so that nobody is ended before its first packet was read.
 * Bound: `socketsMax` connections. Cost: one pass over them for each that is too many.
 */
export class ConnectionPlaces {
  /** In the order in which they came. */
  private readonly places = new Map<Duplex, Place>();
  private clock = 0;

  constructor(
    private readonly limits: PlaceLimits,
    private readonly onFull: () => void,
  ) {}

  enter(socket: Duplex): void {
    if (this.places.size >= this.limits.socketsMax) {
      this.onFull();
      this.leastWorth()?.socket.destroy();
    }
    const idleSince = (this.clock += 1);
    this.places.set(socket, { socket, asked: new Set(), idleSince, hasBeenAnswered: false });
    socket.once('close', () => this.places.delete(socket));
  }

  /** Requests of this connection that wait for their answers. */
  waiting(socket: Duplex): number {
    return this.places.get(socket)?.asked.size ?? 0;
  }

  /** Another one, until its answer has left. */
  asks(request: IncomingMessage, response: ServerResponse): void {
    const place = this.places.get(request.socket);
    if (place === undefined) return;
    place.asked.add(request);
    response.once('close', () => {
      place.asked.delete(request);
      place.idleSince = this.clock += 1;
      place.hasBeenAnswered = true;
    });
  }

  private leastWorth(): Place | undefined {
    const { socketsMax, newcomersSpared } = this.limits;
    const old = [...this.places.values()].slice(0, socketsMax - newcomersSpared);
    let least: Place | undefined;
    for (const place of old) {
      if (least === undefined || isWorthLess(place, least)) least = place;
    }
    if (least !== undefined) this.places.delete(least.socket);
    return least;
  }
}

function isWorthLess(one: Place, other: Place): boolean {
  const difference = worthOf(one) - worthOf(other);
  return difference < 0 || (difference === 0 && one.idleSince < other.idleSince);
}

/** 0: kept, and nothing is asked; 1: its request has not all come; 2: it is being answered. */
function worthOf({ asked, hasBeenAnswered }: Place): 0 | 1 | 2 {
  if (asked.size === 0) return hasBeenAnswered ? 0 : 1;
  return [...asked].some(({ complete }) => complete) ? 2 : 1;
}
