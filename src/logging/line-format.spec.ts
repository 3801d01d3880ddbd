import fc from 'fast-check';
import { LOG_LIMITS } from '../core/support/surface-limits.ts';
import { formatLine, type LogLine } from './line-format.ts';
import { type LogFields, quoted } from './logger.ts';

const AT = Date.UTC(2026, 10, 23, 6, 0, 0);
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;

const line = (
  message: string,
  fields: LogFields = {},
  level: LogLine['level'] = 'info',
): LogLine => ({
  at: AT,
  level,
  message,
  fields,
});
const text = (message: string, fields?: LogFields): string =>
  formatLine(line(message, fields), 'text');
const json = (message: string, fields?: LogFields): Record<string, unknown> =>
  JSON.parse(formatLine(line(message, fields), 'json')) as Record<string, unknown>;

describe('text lines', () => {
  test('have time, padded level, message and fields', () => {
    expect(
      text('Received peer list from peer', {
        peer: quoted('node1.example.com:7071'),
        peer_count: 12,
      }),
    ).toBe(
      '2026-11-23T06:00:00.000Z INFO  Received peer list from peer peer="node1.example.com:7071" peer_count=12',
    );
    expect(formatLine(line('m', {}, 'error'), 'text')).toBe('2026-11-23T06:00:00.000Z ERROR m');
  });

  test('quote what is not a simple token, and always what a peer supplied', () => {
    const fields = {
      reason: 'genesis-mismatch',
      got: quoted('mainnet'),
      path: './a b',
      ok: true,
      no: undefined,
    };
    expect(text('m', fields)).toMatch(
      / m reason=genesis-mismatch got="mainnet" path=".\/a b" ok=true$/,
    );
  });

  test('escape controls, separators, bidirectional controls and U+FEFF as \\uXXXX', () => {
    const hostile = '\n\u001b[2J\u007f\u009b\u2028\u202e\ufeff"\\\ud800';
    expect(text('m', { agent: quoted(hostile) })).toContain(
      ' agent="\\u000a\\u001b[2J\\u007f\\u009b\\u2028\\u202e\\ufeff\\"\\\\\\ud800"',
    );
    expect(text('a\nb')).toContain(' a\\u000ab');
  });

  test('cut what a peer supplied at 200 characters', () => {
    const value = /got="(.*)"$/.exec(text('m', { got: quoted('😀'.repeat(201)) }))?.[1] as string;
    expect(Array.from(value)).toHaveLength(200);
    expect(value.endsWith('😀…')).toBe(true);
    expect(text('m', { got: quoted('x'.repeat(200)) })).toContain(`"${'x'.repeat(200)}"`);
  });

  test('leave out what does not fit, and say so', () => {
    const long = text('m', {
      a: quoted('\u0001'.repeat(200)),
      b: quoted('\u0001'.repeat(200)),
      c: 1,
    });
    expect(long).toMatch(/ a="(\\u0001){200}" truncated=true$/);
  });
});

describe.each([
  ['text', ' truncated=true'],
  ['json', ',"truncated":true}'],
] as const)('a line as %s from which a field is left out', (form, end) => {
  const cut = (characters: number): string => {
    const fields = { a: 'x'.repeat(900), b: 'x'.repeat(900), c: 'x'.repeat(characters), d: 1 };
    return formatLine(line('m', fields), form);
  };
  const short = formatLine(line('m', { a: 'x'.repeat(900), b: 'x'.repeat(900), c: '' }), form);
  const room = LOG_LIMITS.lineBytesMax - 1 - short.replace(/}$/, '').length - end.length;

  test.each([
    [room - 1, LOG_LIMITS.lineBytesMax - 1],
    [room, LOG_LIMITS.lineBytesMax],
  ])('and of which a field has %d characters has %d bytes with its end', (characters, bytes) => {
    expect(cut(characters)).toContain(`"${'x'.repeat(characters)}"${end}`);
    expect(Buffer.byteLength(`${cut(characters)}\n`)).toBe(bytes);
  });

  test('is never one byte longer: one field more is left out', () => {
    expect(cut(room + 1)).toMatch(new RegExp(`b"?[=:]"x{900}"${end}$`));
  });
});

describe('JSON lines', () => {
  test('are one object with time, level, message and the fields', () => {
    expect(json('m', { peer: quoted('a:1'), peer_count: 12, ok: false, bad: Number.NaN })).toEqual({
      time: '2026-11-23T06:00:00.000Z',
      level: 'info',
      message: 'm',
      peer: 'a:1',
      peer_count: 12,
      ok: false,
      bad: null,
    });
  });

  test('a field never takes the place of time, level or message', () => {
    expect(json('m', { level: 'x', message: 'y' })).toMatchObject({
      level: 'info',
      message: 'm',
      field_level: 'x',
    });
  });
});

describe('whatever text comes in', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.string({
      unit: fc.constantFrom('\n', '"', '\\', '\u202e', '\u001b', '😀', '\ud800', 'a'),
      maxLength: 400,
    }),
  );

  test('a line stays one line, without unsafe characters, of at most 2 KiB', () => {
    fc.assert(
      fc.property(
        hostile,
        hostile,
        hostile,
        fc.constantFrom('text', 'json'),
        (message, a, b, format) => {
          const written = formatLine(line(message, { a: quoted(a), b }), format);
          expect(written).not.toMatch(UNSAFE);
          expect(Buffer.byteLength(written) + 1).toBeLessThanOrEqual(LOG_LIMITS.lineBytesMax);
        },
      ),
    );
  });

  test('a JSON line parses back to the same text when it is short enough', () => {
    const short = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(short, short, (message, value) => {
        expect(json(message, { value: quoted(value), plain: value })).toMatchObject({
          message,
          value,
          plain: value,
        });
      }),
    );
  });

  test('a quoted value of a text line is a JSON string of the same text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (value) => {
        const written = /value=(".*")$/u.exec(text('m', { value: quoted(value) }))?.[1] as string;
        expect(JSON.parse(written)).toBe(value);
      }),
    );
  });
});
