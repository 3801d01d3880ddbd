import { WIRE_LIMITS } from './wire-limits.ts';

/*
 * Goal: hand only bodies of bounded shape to the generated decoder.
 * Adversary: a peer that packs 30,000 empty strings into one frame, nests groups, or lets a nested
 * message reach beyond its own end.
 * Mechanism: one pass over tags and lengths before anything is built; counts and lengths are
 * compared with a table. Unknown fields are for later versions to choose: they are passed over, and
 * nothing is built of them. Bound and cost: linear in the body's bytes, no allocation but the counters.
 */

/** What a field may look like; anything else of its number is an unknown field. */
export interface FieldRule {
  readonly name: string;
  /** Protobuf wire type: 0 varint, 1 fixed 64, 2 length-delimited, 5 fixed 32. */
  readonly wireType: 0 | 1 | 2 | 5;
  /** Length-delimited: bytes of one occurrence. */
  readonly bytesMax?: number;
  /** Repeated and embedded fields: occurrences, at most 254. Others: the last occurrence counts. */
  readonly countMax?: number;
  readonly nested?: FieldRules;
}

/** By field number; the holes are unknown fields. */
export type FieldRules = readonly (FieldRule | undefined)[];

interface Cursor {
  readonly bytes: Uint8Array;
  position: number;
}

const TRUNCATED = 'truncated';
const OVERLONG_VARINT = 'varint longer than its type';
const MALFORMED_TAG = 'malformed tag';

/** @returns what is wrong, in words of this program alone, or undefined. */
export function scanFields(body: Uint8Array, rules: FieldRules): string | undefined {
  return scanMessage({ bytes: body, position: 0 }, body.length, rules);
}

function scanMessage(cursor: Cursor, end: number, rules: FieldRules): string | undefined {
  const counts = new Uint8Array(rules.length);
  while (cursor.position < end) {
    const tag = readVarint(cursor, end, 5);
    if (typeof tag === 'string') return tag;
    if (tag < 8 || tag > 0xffff_ffff) return MALFORMED_TAG;
    const rule = ruleOf(tag, rules);
    const fault = countField(counts, tag, rule) ?? scanValue(cursor, end, tag % 8, rule);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function ruleOf(tag: number, rules: FieldRules): FieldRule | undefined {
  const number = Math.floor(tag / 8);
  const rule = number < rules.length ? rules[number] : undefined;
  return rule?.wireType === tag % 8 ? rule : undefined;
}

/** Field number 0 does not exist: its place counts the singular fields. */
function countField(
  counts: Uint8Array,
  tag: number,
  rule: FieldRule | undefined,
): string | undefined {
  if (rule === undefined) return undefined;
  const { countMax } = rule;
  const place = countMax === undefined ? 0 : Math.floor(tag / 8);
  const count = (counts[place] as number) + 1;
  counts[place] = count;
  if (count <= (countMax ?? WIRE_LIMITS.singularFieldsMax)) return undefined;
  return `${countMax === undefined ? 'fields' : rule.name}: too many`;
}

function scanValue(
  cursor: Cursor,
  end: number,
  wireType: number,
  rule: FieldRule | undefined,
): string | undefined {
  switch (wireType) {
    case 0: {
      const value = readVarint(cursor, end, 10);
      return typeof value === 'string' ? value : undefined;
    }
    case 1:
      return advance(cursor, end, 8);
    case 2:
      return scanDelimited(cursor, end, rule);
    case 5:
      return advance(cursor, end, 4);
    default:
      // 3 and 4 are groups: no version of this schema has any. 6 and 7 do not exist.
      return MALFORMED_TAG;
  }
}

function scanDelimited(
  cursor: Cursor,
  end: number,
  rule: FieldRule | undefined,
): string | undefined {
  const length = readVarint(cursor, end, 5);
  if (typeof length === 'string') return length;
  if (rule?.bytesMax !== undefined && length > rule.bytesMax) return `${rule.name}: too long`;
  if (length > end - cursor.position) return TRUNCATED;
  if (rule?.nested !== undefined) return scanMessage(cursor, cursor.position + length, rule.nested);
  return advance(cursor, end, length);
}

function advance(cursor: Cursor, end: number, bytes: number): string | undefined {
  if (bytes > end - cursor.position) return TRUNCATED;
  cursor.position += bytes;
  return undefined;
}

/** A varint of at most `bytesMax` bytes; exact below 2⁵³, which covers every tag and length. */
function readVarint(cursor: Cursor, end: number, bytesMax: number): number | string {
  const last = Math.min(end, cursor.position + bytesMax);
  let value = 0;
  let unit = 1;
  while (cursor.position < last) {
    const byte = cursor.bytes[cursor.position] as number;
    cursor.position += 1;
    value += (byte & 0x7f) * unit;
    if (byte < 0x80) return value;
    unit *= 128;
  }
  return last === end ? TRUNCATED : OVERLONG_VARINT;
}
