import { scanFields } from './scan-fields.ts';
import type { FieldRules } from './scan-fields.ts';

const INNER: FieldRules = [undefined, { name: 'text', wireType: 2, bytesMax: 8 }];
const OUTER: FieldRules = [
  undefined,
  { name: 'number', wireType: 0 },
  { name: 'parts', wireType: 2, bytesMax: 20, countMax: 2, nested: INNER },
];

const scan = (...body: number[]): string | undefined => scanFields(Uint8Array.from(body), OUTER);

describe('scanFields', () => {
  it('passes what the rules allow', () => {
    expect(scan(0x08, 0x05, 0x12, 0x03, 0x0a, 0x01, 0x41)).toBeUndefined();
    expect(scan()).toBeUndefined();
  });

  it.each([
    ['a message that ends behind the body', [0x12, 0x06, 0x0a, 0x04]],
    ['a field that ends behind its message', [0x12, 0x03, 0x0a, 0x02, 0x41, 0x08, 0x01]],
    ['a fixed field without its bytes', [0x19, 1, 2, 3]],
    ['a varint without its end', [0x08, 0x80]],
    ['a tag without its value', [0x08]],
  ])('calls %s truncated', (_, body) => {
    expect(scan(...body)).toBe('truncated');
  });

  it('counts occurrences in each message by itself', () => {
    const part = [0x12, 0x02, 0x0a, 0x00];
    expect(scan(...part, ...part)).toBeUndefined();
    expect(scan(...part, ...part, ...part)).toBe('parts: too many');
  });

  it('compares the length of a field with its bound before looking into it', () => {
    expect(scan(0x12, 0x15)).toBe('parts: too long');
    expect(scan(0x12, 0x02, 0x0a, 0x09)).toBe('text: too long');
  });

  it.each([
    ['field number 0', [0x00, 0x00]],
    ['the start of a group', [0x1b, 0x1c]],
    ['the end of a group', [0x1c]],
    ['a wire type that does not exist', [0x1e]],
    ['a tag above 32 bits', [0x98, 0x80, 0x80, 0x80, 0x70, 0x00]],
  ])('refuses %s', (_, body) => {
    expect(scan(...body)).toBe('malformed tag');
  });

  it('takes ten bytes for a number and no more', () => {
    const nine = Array<number>(9).fill(0xff);
    expect(scan(0x08, ...nine, 0x01)).toBeUndefined();
    expect(scan(0x08, ...nine, 0x81, 0x00)).toBe('varint longer than its type');
  });
});
