/*
 * Goal: cut a byte stream into its preface and frames.
 * Adversary: announces 4 GiB, drips single bytes, splits anywhere, speaks another protocol.
 * Mechanism: a cursor over the chunk that arrived; what is left over moves to a buffer that grows by
 * doubling with what has arrived, never with what was announced. Bytes once handed out are never
 * rewritten, so a frame's body may be a view.
 * Bound: memory ≤ twice the bytes of the unfinished frame. Cost: amortised O(1) per byte.
 */

/** "VNP1": each side's first four bytes. */
export const PREFACE: Uint8Array = Uint8Array.of(0x56, 0x4e, 0x50, 0x31);

export type FrameFault = 'foreign-protocol' | 'frame-too-long' | 'empty-frame';

export type DecodeStep =
  | { readonly kind: 'preface' }
  /** `body` may share memory with the chunk that was pushed; it is never overwritten. */
  | { readonly kind: 'frame'; readonly frameType: number; readonly body: Uint8Array }
  | { readonly kind: 'fault'; readonly fault: FrameFault };

const LENGTH_BYTES = 4;
const NOTHING = new Uint8Array(0);
/** A Ping frame is 14 bytes, a Hello some 200: small enough to be had for each connection. */
const TAIL_BYTES_MIN = 64;

export class FrameDecoder {
  private bytes: Uint8Array = NOTHING;
  private start = 0;
  private end = 0;
  /** Whether `bytes` is the decoder's own; it may only append behind `end`. */
  private owned = false;
  private prefaceSeen = false;
  private fault: FrameFault | undefined;

  /** @param frameBytesMax type and body; may be set at any time, and counts from the next frame on. */
  constructor(public frameBytesMax: number) {}

  /** Bytes of a preface or frame that is not complete yet. */
  get partialBytes(): number {
    return this.end - this.start;
  }

  /** Adds what arrived. The decoder may keep views of `chunk`; after a fault it keeps nothing. */
  push(chunk: Uint8Array): void {
    if (this.fault !== undefined || chunk.length === 0) return;
    if (this.start === this.end) this.adopt(chunk);
    else this.append(chunk);
  }

  /** The next step, or undefined until more bytes are pushed. A fault is final. */
  next(): DecodeStep | undefined {
    if (this.fault !== undefined) return { kind: 'fault', fault: this.fault };
    const step = this.prefaceSeen ? this.nextFrame() : this.nextPreface();
    if (step === undefined) this.keepTail();
    return step;
  }

  private nextPreface(): DecodeStep | undefined {
    const available = Math.min(this.partialBytes, PREFACE.length);
    for (let i = 0; i < available; i += 1) {
      if (this.bytes[this.start + i] !== PREFACE[i]) return this.fail('foreign-protocol');
    }
    if (available < PREFACE.length) return undefined;
    this.start += PREFACE.length;
    this.prefaceSeen = true;
    return { kind: 'preface' };
  }

  private nextFrame(): DecodeStep | undefined {
    if (this.partialBytes < LENGTH_BYTES) return undefined;
    const length = this.readLength();
    if (length === 0) return this.fail('empty-frame');
    if (length > this.frameBytesMax) return this.fail('frame-too-long');
    if (this.partialBytes < LENGTH_BYTES + length) return undefined;
    const typeAt = this.start + LENGTH_BYTES;
    this.start = typeAt + length;
    const frameType = this.bytes[typeAt] as number;
    return { kind: 'frame', frameType, body: this.bytes.subarray(typeAt + 1, this.start) };
  }

  private readLength(): number {
    const byte = (index: number): number => this.bytes[this.start + index] as number;
    return byte(0) * 0x100_0000 + ((byte(1) << 16) | (byte(2) << 8) | byte(3));
  }

  private fail(fault: FrameFault): DecodeStep {
    this.fault = fault;
    this.release();
    return { kind: 'fault', fault };
  }

  private adopt(chunk: Uint8Array): void {
    // A plain view: slicing a Buffer is several times slower.
    this.bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.start = 0;
    this.end = chunk.length;
    this.owned = false;
  }

  private append(chunk: Uint8Array): void {
    // A chunk of somebody else's ends at its last byte: there is only room in a buffer of one's own.
    const free = this.bytes.length - this.end;
    if (chunk.length > free) this.moveTo(2 * (this.partialBytes + chunk.length));
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Lets go of the chunk: a connection's memory is its unfinished frame, not its last read. */
  private keepTail(): void {
    if (this.start === this.end) this.release();
    else if (!this.owned || this.start > 0) this.moveTo(2 * this.partialBytes);
  }

  private moveTo(capacity: number): void {
    const tail = this.bytes.subarray(this.start, this.end);
    this.bytes = new Uint8Array(Math.max(TAIL_BYTES_MIN, capacity));
    this.bytes.set(tail);
    this.start = 0;
    this.end = tail.length;
    this.owned = true;
  }

  private release(): void {
    this.bytes = NOTHING;
    this.start = 0;
    this.end = 0;
    this.owned = false;
  }
}
