import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { PacedBytes, type BytesTaker } from '../support/paced-bytes.ts';

/** Small enough that the requests in it, some forty of the shortest, are parsed in two milliseconds. */
const PIECE_BYTES = 1_024;
/** What a refused far end had under way: more of it would be lost together with the answer. */
const LINGER_BYTES = 65_536;
const LINGER_MS = 500;

/**
 * Goal: a connection gives the parser of HTTP no more at once than a turn of the event loop bears.
 * Adversary: a packet of 64 KiB holds thousands of requests, and Node parses all of them, makes objects of them
 * and, when the connection ends, an error with a stack for each. Mechanism: what was read arrives in
 * pieces, in turns shared with everything else that reads. Bound: one packet waiting. Cost: one stream more
 * per connection.
 */
export class PacedSocket extends Duplex implements BytesTaker {
  private readonly unread = new PacedBytes(this, PIECE_BYTES);

  constructor(private readonly raw: Socket) {
    super({ allowHalfOpen: true, emitClose: true });
    raw.on('data', (bytes) => {
      this.unread.push(bytes);
      if (this.unread.isFull) raw.pause();
    });
    raw.on('end', () => this.unread.end(() => this.ended()));
    raw.on('timeout', () => this.emit('timeout'));
    raw.on('error', (error) => this.destroy(error));
    raw.on('close', () => this.destroy());
  }

  readonly mayTake = true;
  /** Whether its far end may still be sending when all is said: closed at once, the kernel would drop the answer. */
  lingers = false;

  private ended(): void {
    if (!this.destroyed) this.push(null);
  }

  get remoteAddress(): string | undefined {
    return this.raw.remoteAddress;
  }

  /** Milliseconds without any byte until `timeout`, as `net.Socket` has it. */
  setTimeout(ms: number, listener?: () => void): this {
    this.raw.setTimeout(ms);
    if (listener !== undefined) this.once('timeout', listener);
    return this;
  }

  /** As `net.Socket` has it: after the last byte is written. */
  destroySoon(): void {
    if (this.writable) this.end();
    const close = (): unknown => (this.lingers ? this.linger() : this.destroy());
    if (this.writableFinished) close();
    else this.once('finish', close);
  }

  /** Until the far end has read the answer and closes; what it still sends goes nowhere. */
  private linger(): void {
    const { raw } = this;
    let left = LINGER_BYTES;
    this.unread.clear();
    raw.removeAllListeners('data');
    raw.on('data', ({ length }: Buffer) => {
      left -= length;
      if (left < 0) this.destroy();
    });
    raw.once('end', () => this.destroy());
    raw.resume();
    setTimeout(() => this.destroy(), LINGER_MS).unref();
  }

  /** @internal */
  takePiece(piece: Uint8Array): void {
    if (this.destroyed) this.unread.clear();
    else if (!this.push(piece)) this.raw.pause();
  }

  /** @internal */
  allTaken(): void {
    if (!this.destroyed && this.readableLength < this.readableHighWaterMark) this.raw.resume();
  }

  override _read(): void {
    if (!this.unread.isFull) this.raw.resume();
  }

  override _write(
    bytes: Uint8Array,
    encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.raw.write(bytes, encoding, done);
  }

  override _writev(
    chunks: readonly { readonly chunk: Uint8Array; readonly encoding: BufferEncoding }[],
    done: (error?: Error | null) => void,
  ): void {
    const { raw } = this;
    raw.cork();
    for (const [i, { chunk, encoding }] of chunks.entries()) {
      raw.write(chunk, encoding, i === chunks.length - 1 ? done : undefined);
    }
    raw.uncork();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.raw.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.unread.clear();
    this.raw.destroy();
    done(error);
  }
}
