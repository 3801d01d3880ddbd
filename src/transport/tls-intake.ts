import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

import type { TransportLimits } from '../core/support/limits.ts';
import { EVENT_LOOP, type TurnUser } from '../support/turn-budget.ts';
import { listenTo, type SocketListener } from './shared-handlers.ts';
import { TlsRecords } from './tls-records.ts';

type Done = (error?: Error | null) => void;

/** Whose bytes these are. */
export interface TlsIntakeOwner {
  /** False: OpenSSL gets no more until `goOn`. */
  readonly mayFeed: boolean;
  /** OpenSSL has had a piece, and may have written an answer by itself. */
  fed(): void;
  tooManyRecords(): void;
  onError(error: Error): void;
}

/**
 * Goal: a peer makes OpenSSL do no more at once than a turn of the event loop bears, and nothing while this side
 * does not read. Adversary: records that are no messages; a socket that OpenSSL reads itself is read up to half a
 * megabyte in one turn, paused or not. Mechanism: what was read comes by here, some records at a time, in turns
 * shared with everything else that reads. Bound: one read waiting. Cost: two streams more per connection.
 */
export class TlsIntake extends Duplex implements TurnUser, SocketListener {
  usedMs = 0;
  usedAtMs = 0;
  turnAtMs = 0;
  private rest: Uint8Array | undefined;
  private isWanted = false;
  private hasEnded = false;
  private readonly records: TlsRecords;

  constructor(
    private readonly raw: Socket,
    private readonly owner: TlsIntakeOwner,
    limits: TransportLimits,
  ) {
    super({ allowHalfOpen: true });
    this.records = new TlsRecords(limits, performance.now());
    listenTo(raw, this);
  }

  /** What was read, in order. */
  onData(bytes: Uint8Array): void {
    this.rest = this.rest === undefined ? bytes : Buffer.concat([this.rest, bytes]);
    this.goOn();
    if (this.rest !== undefined) this.raw.pause();
  }

  /** After `mayFeed` has become true. */
  goOn(): void {
    if (this.canStep) EVENT_LOOP.serve(this);
  }

  private get canStep(): boolean {
    return this.rest !== undefined && this.isWanted && !this.destroyed && this.owner.mayFeed;
  }

  /** @internal One piece for each time that the stream asks: what OpenSSL does with it is done by then. */
  step(): boolean {
    const { rest } = this;
    if (rest === undefined || !this.canStep) return false;
    const bytes = this.records.pieceOf(rest, performance.now());
    if (bytes === undefined) {
      this.owner.tooManyRecords();
      return false;
    }
    const isLast = bytes === rest.length;
    this.rest = isLast ? undefined : rest.subarray(bytes);
    this.isWanted = false;
    this.push(isLast ? rest : rest.subarray(0, bytes));
    this.owner.fed();
    if (isLast) this.allFed();
    return false;
  }

  private allFed(): void {
    if (this.hasEnded) this.push(null);
    else this.raw.resume();
  }

  /** @internal */
  onEnd(): void {
    this.hasEnded = true;
    if (this.rest === undefined && !this.destroyed) this.push(null);
  }

  /** @internal */
  onError(error: Error): void {
    this.owner.onError(error);
  }

  /** @internal What came before the end is fed first, if it may be. */
  onClose(): void {
    if (!this.hasEnded || (this.rest !== undefined && !this.owner.mayFeed)) this.destroy();
  }

  /** @internal Streams call back when a write is done. */
  onDrain(): void {}

  override _read(): void {
    this.isWanted = true;
    this.goOn();
  }

  override _write(bytes: Uint8Array, _encoding: BufferEncoding, done: Done): void {
    this.handOn(bytes, done);
  }

  override _writev(chunks: readonly { readonly chunk: Uint8Array }[], done: Done): void {
    this.handOn(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  /** What is written after the far end has gone is for nobody. */
  private handOn(bytes: Uint8Array, done: Done): void {
    if (this.raw.writable) this.raw.write(bytes, done);
    else done();
  }

  override _final(done: Done): void {
    if (this.raw.writable) this.raw.end(done);
    else done();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.rest = undefined;
    EVENT_LOOP.leave(this);
    this.raw.destroy();
    done(error);
  }
}
