import type { NodeInput } from '../core/node/inputs.ts';
import type { TransportCloseReason } from '../core/session/reasons.ts';
import type { ConnectionId } from '../core/support/brand.ts';
import type { PeerAddress } from '../core/support/peer-address.ts';
import { below, uniform, type RandomSource } from '../core/support/random-source.ts';
import type { EventQueue } from './event-queue.ts';

/** What the network does to connections; durations in virtual milliseconds. */
export interface NetworkConditions {
  /** One way, drawn per direction of each connection. */
  readonly latencyMsMin: number;
  readonly latencyMsMax: number;
  /** Share of writes that arrive in pieces, how many at most, and how far apart. */
  readonly splitShare: number;
  readonly splitPartsMax: number;
  readonly splitGapMsMax: number;
  /** Bytes that wait for a reader that has paused, above which the sender is told to give up. */
  readonly unreadBytesMax: number;
}

export const DEFAULT_CONDITIONS: NetworkConditions = {
  latencyMsMin: 20,
  latencyMsMax: 80,
  splitShare: 0.3,
  splitPartsMax: 4,
  splitGapMsMax: 3,
  unreadBytesMax: 131_072,
};

/** Every write in pieces, down to single bytes. */
export const SPLIT_WRITES = {
  splitShare: 1,
  splitPartsMax: 8,
} satisfies Partial<NetworkConditions>;

/** A party of the network: its node, or a scripted stand-in. */
export interface NetworkHost {
  readonly index: number;
  readonly ip: Uint8Array;
  receive(input: NodeInput): void;
  /** Ground truth: `listener` answered this host's dial to `endpoint` with a Hello. */
  answeredWithHello(endpoint: PeerAddress, listener: NetworkHost): void;
}

export interface LinkWorld {
  readonly queue: EventQueue;
  readonly random: RandomSource;
  readonly conditions: NetworkConditions;
}

export interface LinkEndOptions {
  readonly host: NetworkHost;
  readonly connectionId: ConnectionId;
  /** The address dialled, on the dialler's end only. */
  readonly dialled: PeerAddress | undefined;
  /** From this end to the far one. */
  readonly latencyMs: number;
  /** Called once, when the end stops being open. */
  readonly onEnded: (end: LinkEnd) => void;
}

type Delivery =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'ended'; readonly reason: TransportCloseReason };

/** Stream offset of the first frame's type: 4 bytes of preface and 4 of length come before it. */
const FIRST_FRAME_TYPE_AT = 8;
const FRAME_TYPE_HELLO = 1;

/**
 * One host's end of a connection. What it sends arrives at `far` in order, each piece no sooner than
 * the one before it. An end is `open` while its host may use it; it tells its host nothing after that.
 */
export class LinkEnd {
  far!: LinkEnd;
  open = false;
  openedAt = 0;
  /** Bytes that this end's host has been given. */
  bytesReceived = 0;
  private paused = false;
  private resuming = false;
  private outbox: Uint8Array[] = [];
  private held: Delivery[] = [];
  private heldBytes = 0;
  private lastArrivalAt = 0;

  readonly host: NetworkHost;
  readonly connectionId: ConnectionId;
  /** Undefined on the listener's end. */
  readonly dialled: PeerAddress | undefined;
  private readonly latencyMs: number;
  private readonly onEnded: (end: LinkEnd) => void;

  constructor(
    private readonly world: LinkWorld,
    options: LinkEndOptions,
  ) {
    this.host = options.host;
    this.connectionId = options.connectionId;
    this.dialled = options.dialled;
    this.latencyMs = options.latencyMs;
    this.onEnded = options.onEnded;
  }

  /** From here on the host may use this end. */
  begin(): void {
    this.open = true;
    this.openedAt = this.world.queue.now;
  }

  /** Takes bytes; they leave with the others of the same instant, as one write. */
  write(bytes: Uint8Array): void {
    if (this.outbox.push(bytes) > 1) return;
    this.world.queue.schedule(this.world.queue.now, () => this.flush());
  }

  pause(): void {
    this.paused = true;
    this.resuming = false;
  }

  /** What was held comes as an event of its own: a host is never called from inside its own call. */
  resume(): void {
    if (!this.paused || this.resuming) return;
    this.resuming = true;
    this.world.queue.schedule(this.world.queue.now, () => this.release());
  }

  /** This end's host ends the connection. */
  close(mode: 'flush' | 'abort'): void {
    if (mode === 'flush') this.flush();
    this.end();
    this.deliver({
      kind: 'ended',
      reason: mode === 'flush' ? 'remote-closed' : 'connection-reset',
    });
  }

  /** Ends without telling anybody: the host has vanished. */
  end(): void {
    if (!this.open) return;
    this.open = false;
    this.outbox = [];
    this.held = [];
    this.onEnded(this);
  }

  /** Ends because of what the network did, and says so to this end's host. */
  fail(reason: TransportCloseReason): void {
    if (!this.open) return;
    this.end();
    this.host.receive({ kind: 'connection-closed', connectionId: this.connectionId, reason });
  }

  private flush(): void {
    const { outbox } = this;
    if (outbox.length === 0) return;
    this.outbox = [];
    for (const bytes of this.pieces(joined(outbox))) this.deliver({ kind: 'bytes', bytes });
  }

  /** Cuts a write as TCP may, so that decoders meet every kind of boundary. */
  private pieces(bytes: Uint8Array): Uint8Array[] {
    const { random, conditions } = this.world;
    if (uniform(random) >= conditions.splitShare) return [bytes];
    const pieces: Uint8Array[] = [];
    let rest = bytes;
    while (rest.length > 1 && pieces.length + 1 < conditions.splitPartsMax) {
      const cut = 1 + below(random, rest.length - 1);
      pieces.push(rest.subarray(0, cut));
      rest = rest.subarray(cut);
    }
    return [...pieces, rest];
  }

  private deliver(delivery: Delivery): void {
    const { queue, random, conditions } = this.world;
    const gapMs = uniform(random) * conditions.splitGapMsMax;
    const at = Math.max(queue.now + this.latencyMs, this.lastArrivalAt) + gapMs;
    this.lastArrivalAt = at;
    queue.schedule(at, () => this.far.arrive(delivery));
  }

  private arrive(delivery: Delivery): void {
    if (!this.open) return;
    if (this.paused && !isReset(delivery)) {
      this.hold(delivery);
    } else if (delivery.kind === 'ended') {
      this.fail(delivery.reason);
    } else {
      this.witnessHello(delivery.bytes);
      this.bytesReceived += delivery.bytes.length;
      const { connectionId } = this;
      this.host.receive({ kind: 'bytes-received', connectionId, bytes: delivery.bytes });
    }
  }

  private release(): void {
    if (!this.resuming) return;
    this.resuming = false;
    this.paused = false;
    const deliveries = this.held;
    this.held = [];
    this.heldBytes = 0;
    for (const delivery of deliveries) this.arrive(delivery);
  }

  private hold(delivery: Delivery): void {
    this.held.push(delivery);
    this.heldBytes += delivery.kind === 'bytes' ? delivery.bytes.length : 0;
    if (this.heldBytes <= this.world.conditions.unreadBytesMax) return;
    this.far.fail('send-buffer-full');
    this.fail('connection-reset');
  }

  private witnessHello(bytes: Uint8Array): void {
    const offset = FIRST_FRAME_TYPE_AT - this.bytesReceived;
    if (this.dialled === undefined || offset < 0 || offset >= bytes.length) return;
    if (bytes[offset] === FRAME_TYPE_HELLO) {
      this.host.answeredWithHello(this.dialled, this.far.host);
    }
  }
}

function isReset(delivery: Delivery): boolean {
  return delivery.kind === 'ended' && delivery.reason !== 'remote-closed';
}

/** A fresh copy: the receiver owns its bytes, and one encoding may have gone to many. */
function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
