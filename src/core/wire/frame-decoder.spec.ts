import fc from 'fast-check';
import { FrameDecoder, PREFACE } from './frame-decoder.ts';
import type { DecodeStep } from './frame-decoder.ts';

const FRAME_BYTES_MAX = 4_096;
const FUZZ_CASES = Number(process.env['FUZZ_CASES'] ?? 20_000);

function frameOf(frameType: number, body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(5 + body.length);
  new DataView(frame.buffer).setUint32(0, 1 + body.length);
  frame[4] = frameType;
  frame.set(body, 5);
  return frame;
}

/** All steps; bodies are copied at the end, so that a later overwrite would show. */
function stepsOf(chunks: readonly Uint8Array[], decoder = new FrameDecoder(FRAME_BYTES_MAX)) {
  const steps: DecodeStep[] = [];
  for (const chunk of chunks) {
    decoder.push(chunk);
    for (let step = decoder.next(); step !== undefined; step = decoder.next()) {
      steps.push(step);
      if (step.kind === 'fault') return steps.map(readable);
    }
  }
  return steps.map(readable);
}

const readable = (step: DecodeStep): unknown =>
  step.kind === 'frame' ? { ...step, body: Buffer.from(step.body).toString('hex') } : step;

/** Cuts `bytes` at sizes taken round robin. */
function split(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let start = 0;
  for (let i = 0; start < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    chunks.push(bytes.slice(start, start + size));
    start += size;
  }
  return chunks;
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const anyFrame = fc
  .tuple(fc.nat(255), fc.uint8Array({ maxLength: 300 }))
  .map(([frameType, body]) => frameOf(frameType, body));
const anyStream = fc
  .array(anyFrame, { maxLength: 8 })
  .map((frames) => joined([PREFACE, ...frames]));
const anySizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 });

describe('FrameDecoder', () => {
  it('gives the preface first, then each frame with its type and body', () => {
    const bytes = joined([PREFACE, frameOf(3, Uint8Array.of(1, 2)), frameOf(4, new Uint8Array(0))]);
    expect(stepsOf([bytes])).toEqual([
      { kind: 'preface' },
      { kind: 'frame', frameType: 3, body: '0102' },
      { kind: 'frame', frameType: 4, body: '' },
    ]);
  });

  it('calls another protocol foreign at its first wrong byte, and stays with it', () => {
    for (const [index, good] of PREFACE.entries()) {
      const decoder = new FrameDecoder(FRAME_BYTES_MAX);
      decoder.push(PREFACE.subarray(0, index));
      expect(decoder.next()).toBeUndefined();
      decoder.push(Uint8Array.of(good ^ 0x20));
      const fault = { kind: 'fault', fault: 'foreign-protocol' };
      expect(decoder.next()).toEqual(fault);
      decoder.push(PREFACE);
      expect(decoder.next()).toEqual(fault);
      expect(decoder.partialBytes).toBe(0);
    }
  });

  it.each([
    [0, 'empty-frame'],
    [FRAME_BYTES_MAX + 1, 'frame-too-long'],
    [2 ** 31, 'frame-too-long'],
    [2 ** 32 - 1, 'frame-too-long'],
  ])('refuses the length %d as soon as it is read', (length, fault) => {
    const header = new Uint8Array(4);
    new DataView(header.buffer).setUint32(0, length);
    expect(stepsOf([PREFACE, header])).toEqual([{ kind: 'preface' }, { kind: 'fault', fault }]);
  });

  it('takes a frame of exactly the limit', () => {
    const frame = frameOf(1, new Uint8Array(FRAME_BYTES_MAX - 1));
    expect(stepsOf([PREFACE, frame])).toHaveLength(2);
  });

  it('applies a new limit from the next frame on', () => {
    const decoder = new FrameDecoder(2);
    decoder.push(joined([PREFACE, frameOf(1, Uint8Array.of(1)), frameOf(1, new Uint8Array(50))]));
    decoder.next();
    expect(decoder.next()).toMatchObject({ kind: 'frame' });
    decoder.frameBytesMax = 51;
    expect(decoder.next()).toMatchObject({ kind: 'frame' });
  });

  it('counts the bytes of an unfinished frame', () => {
    const decoder = new FrameDecoder(FRAME_BYTES_MAX);
    decoder.push(joined([PREFACE, frameOf(1, new Uint8Array(10)).subarray(0, 9)]));
    decoder.next();
    expect(decoder.next()).toBeUndefined();
    expect(decoder.partialBytes).toBe(9);
  });

  it('keeps the tail and not the chunk that it came in', () => {
    const chunk = joined([PREFACE, frameOf(1, new Uint8Array(4_000)), Uint8Array.of(0)]);
    const decoder = new FrameDecoder(FRAME_BYTES_MAX);
    decoder.push(chunk);
    while (decoder.next() !== undefined);
    const { bytes } = decoder as unknown as { bytes: Uint8Array };
    expect(bytes.buffer.byteLength).toBeLessThanOrEqual(64);
  });

  it('allocates at most twice what has arrived, whatever was announced', () => {
    const decoder = new FrameDecoder(65_536);
    decoder.push(joined([PREFACE, Uint8Array.of(0, 1, 0, 0, 1)]));
    while (decoder.next() !== undefined);
    for (let arrived = 5; arrived < 3_000; arrived += 1) {
      decoder.push(Uint8Array.of(7));
      decoder.next();
      const { bytes } = decoder as unknown as { bytes: Uint8Array };
      expect(bytes.length).toBeLessThanOrEqual(Math.max(64, 2 * (arrived + 1)));
    }
  });

  it('gives the same steps for any split of a valid stream', () => {
    fc.assert(
      fc.property(anyStream, anySizes, (stream, sizes) => {
        expect(stepsOf(split(stream, sizes))).toEqual(stepsOf([stream]));
      }),
      { numRuns: Math.ceil(FUZZ_CASES / 10) },
    );
  });

  it('gives the same steps for any split of a damaged stream, and never throws', () => {
    const damage = fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(anyStream, damage, anySizes, (stream, changes, sizes) => {
        const damaged = stream.slice();
        for (const [at, value] of changes) damaged[at % damaged.length] = value;
        expect(stepsOf(split(damaged, sizes))).toEqual(stepsOf([damaged]));
      }),
      { numRuns: Math.ceil(FUZZ_CASES / 10) },
    );
  });

  it('never throws on random bytes behind a preface', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        stepsOf([PREFACE, noise]);
      }),
      { numRuns: FUZZ_CASES },
    );
  });
});
