import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { PacedBytes, type BytesTaker } from '../support/paced-bytes.ts';

/** Small enough that the requests in it, some forty of the shortest, are parsed in two milliseconds. */
const PIECE_BYTES = 1_024;

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
    // Node ends the connection with its far end: the answer to the last piece is written by then.
    raw.on('end', () => this.unread.end(() => setImmediate(() => this.ended())));
    raw.on('timeout', () => this.emit('timeout'));
    raw.on('error', (error) => this.destroy(error));
    raw.on('close', () => this.destroy());
  }

  readonly mayTake = true;

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
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
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
