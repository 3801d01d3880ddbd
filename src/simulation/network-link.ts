import type { NodeInput } from '../core/node/inputs.ts';
import type { ConnectionClass } from '../core/session/connection.ts';
import type { TransportCloseReason } from '../core/session/reasons.ts';
import type { ConnectionId } from '../core/support/brand.ts';
import type { PeerAddress } from '../core/support/peer-address.ts';
import { below, uniform } from '../core/support/random-source.ts';
import { isReset, SegmentPath, type Delivery, type LinkWorld } from './segment-path.ts';

/** A party of the network: its node, or a scripted stand-in. */
export interface NetworkHost {
  readonly index: number;
  readonly ip: Uint8Array;
  receive(input: NodeInput): void;
  /** Ground truth: `listener` answered this host's dial to `endpoint` with a Hello. */
  answeredWithHello(endpoint: PeerAddress, listener: NetworkHost): void;
}

export interface LinkEndOptions {
  readonly host: NetworkHost;
  readonly connectionId: ConnectionId;
  /** The address dialled, on the dialler's end only. */
  readonly dialled: PeerAddress | undefined;
  /** From this end to the far one. */
  readonly latencyMs: number;
  /** Index of the far host. */
  readonly farIndex: number;
  /** Whether this end's host has an address on the network now, in whatever life. */
  readonly isHostUp: () => boolean;
  /** Called once, when the end stops being open. */
  readonly onEnded: (end: LinkEnd) => void;
}

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
  /** What this end's host takes the connection for; undefined outside of its handshake and its end. */
  view: ConnectionClass | undefined;
  /** Bytes that this end's host has been given. */
  bytesReceived = 0;
  private paused = false;
  private resuming = false;
  private outbox: Uint8Array[] = [];
  private held: Delivery[] = [];
  private heldBytes = 0;
  /** The far end was never told that this one is over: whatever still comes is answered by a reset. */
  private owesReset = false;

  readonly host: NetworkHost;
  readonly connectionId: ConnectionId;
  /** Undefined on the listener's end. */
  readonly dialled: PeerAddress | undefined;
  private readonly path: SegmentPath;
  private readonly isHostUp: () => boolean;
  private readonly onEnded: (end: LinkEnd) => void;

  constructor(
    private readonly world: LinkWorld,
    options: LinkEndOptions,
  ) {
    this.host = options.host;
    this.connectionId = options.connectionId;
    this.dialled = options.dialled;
    this.isHostUp = options.isHostUp;
    this.path = new SegmentPath(world, {
      from: options.host.index,
      to: options.farIndex,
      latencyMs: options.latencyMs,
      arrive: (delivery) => this.far.arrive(delivery),
      giveUp: () => this.giveUp(),
    });
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
    const reason = mode === 'flush' ? 'remote-closed' : 'connection-reset';
    if (!this.path.send({ kind: 'ended', reason })) this.owesReset = true;
  }

  /** The host has vanished: nobody is told. */
  vanish(): void {
    this.end();
    this.owesReset = true;
  }

  private end(): void {
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
    for (const bytes of this.pieces(joined(outbox))) this.path.send({ kind: 'bytes', bytes });
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

  private arrive(delivery: Delivery): void {
    if (!this.open) this.answerReset(delivery);
    else if (this.paused && !isReset(delivery)) {
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

  private answerReset(delivery: Delivery): void {
    if (!this.owesReset || delivery.kind !== 'bytes' || !this.isHostUp()) return;
    this.owesReset = !this.path.send({ kind: 'ended', reason: 'connection-reset' });
  }

  private giveUp(): void {
    this.owesReset = this.open;
    this.fail('connection-reset');
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

const SLAB_BYTES = 65_536;
/** Cut into chunks as a socket's buffers are: many small arrays of their own would cost more than all else. */
let slab = new Uint8Array(SLAB_BYTES);
let slabUsed = 0;

/** A fresh copy: the receiver owns its bytes, and one encoding may have gone to many. */
function joined(chunks: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const bytes = fresh(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

function fresh(length: number): Uint8Array {
  if (length > SLAB_BYTES / 8) return new Uint8Array(length);
  if (slabUsed + length > SLAB_BYTES) {
    slab = new Uint8Array(SLAB_BYTES);
    slabUsed = 0;
  }
  slabUsed += length;
  return slab.subarray(slabUsed - length, slabUsed);
}
