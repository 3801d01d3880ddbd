import { readVectors } from '../../../test/vectors/read-vectors.ts';
import { fromHex, toHex } from '../support/bytes.ts';
import { FrameDecoder, PREFACE } from './frame-decoder.ts';
import { DisconnectReason } from './generated/p2p.ts';
import { decodeBody, encodeFrame } from './message-codec.ts';
import { FRAME_TYPES, MESSAGE_TYPES, messageTypeOf } from './message.ts';
import type { MessageType } from './message.ts';

interface MessageVectors {
  readonly frame_type: number;
  readonly vectors: readonly { name: string; fields: unknown; frame: string }[];
}
interface MalformedVector {
  readonly name: string;
  readonly frame_type: number;
  readonly body: readonly [hex: string, times: number][];
}

const bytesOf = (hex: string): Uint8Array => fromHex(hex) as Uint8Array;

/** As proto3's JSON: defaults left out, 64-bit numbers as text, bytes in base64. */
function canonicalJson(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(canonicalJson);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, field]) => [key, key === 'reason' ? reasonName(field) : canonicalJson(field)])
    .filter(([, field]) => !isDefault(field));
  return Object.fromEntries(entries) as unknown;
}

const reasonName = (reason: number): string =>
  reason === 0 ? '' : `DISCONNECT_REASON_${DisconnectReason[reason]}`;

const isDefault = (field: unknown): boolean =>
  field === undefined || field === 0 || field === '' || field === '0' || isEmptyArray(field);

const isEmptyArray = (field: unknown): boolean => Array.isArray(field) && field.length === 0;

describe.each(MESSAGE_TYPES)('golden vectors of %s', (type: MessageType) => {
  const { frame_type: frameType, vectors } = readVectors<MessageVectors>(type);

  it('carry the type byte of the protocol', () => {
    expect(FRAME_TYPES[type]).toBe(frameType);
    expect(messageTypeOf(frameType)).toBe(type);
  });

  it.each(vectors)('decode and encode: $name', ({ fields, frame }) => {
    const decoder = new FrameDecoder(65_536);
    decoder.push(PREFACE);
    decoder.push(bytesOf(frame));
    expect(decoder.next()).toEqual({ kind: 'preface' });
    const step = decoder.next();
    if (step?.kind !== 'frame') throw new Error(`no frame but ${step?.kind}`);
    expect(step.frameType).toBe(frameType);
    expect(decoder.partialBytes).toBe(0);

    const result = decodeBody(type, step.body);
    if (!result.ok) throw new Error(result.detail);
    expect(canonicalJson(result.message.body)).toEqual(fields);
    expect(toHex(encodeFrame(result.message))).toBe(frame);
  });
});

describe('malformed bodies', () => {
  it.each(readVectors<MalformedVector[]>('malformed'))('refuses $name', (vector) => {
    const type = messageTypeOf(vector.frame_type) as MessageType;
    const body = bytesOf(vector.body.map(([hex, times]) => hex.repeat(times)).join(''));
    expect(decodeBody(type, body)).toEqual({ ok: false, detail: expect.any(String) });
  });
});
