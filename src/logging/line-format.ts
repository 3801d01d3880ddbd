import type { LogFormat, LogLevel } from '../config/node-config.ts';
import { LOG_LIMITS } from '../core/support/surface-limits.ts';
import type { LogFields, LogValue } from './logger.ts';
import { cutText, printableText, quotedText } from './printable-text.ts';

export interface LogLine {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** Of what a peer supplied. */
const QUOTED_CHARACTERS_MAX = 200;
/** Of the program's own words: a stack trace should still say where. */
const PLAIN_CHARACTERS_MAX = 1_000;
/** Every character may become six bytes, and time, level and one mark must still fit. */
const MESSAGE_CHARACTERS_MAX = 300;
/** A simple token needs no quotes. */
const TOKEN = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const RESERVED = new Set(['time', 'level', 'message']);
const LEVEL_WIDTH = 5;

/** One line without its newline; never longer than `LOG_LIMITS.lineBytesMax`, never with a control character. */
export function formatLine(line: LogLine, format: LogFormat): string {
  return format === 'text' ? textLine(line) : jsonLine(line);
}

function textLine({ at, level, message, fields }: LogLine): string {
  const start = `${timeOf(at)} ${level.toUpperCase().padEnd(LEVEL_WIDTH)} ${printableText(cutText(message, MESSAGE_CHARACTERS_MAX))}`;
  return append(start, fields, {
    field: (name, value) => ` ${name}=${textValue(value)}`,
    mark: ' truncated=true',
    end: '',
  });
}

function jsonLine({ at, level, message, fields }: LogLine): string {
  const start = `{"time":"${timeOf(at)}","level":"${level}","message":${quotedText(cutText(message, MESSAGE_CHARACTERS_MAX))}`;
  return append(start, fields, {
    field: (name, value) => `,${quotedText(name)}:${jsonValue(value)}`,
    mark: ',"truncated":true',
    end: '}',
  });
}

interface FieldForm {
  readonly field: (name: string, value: LogValue) => string;
  /** Takes the place of the fields that do not fit. */
  readonly mark: string;
  readonly end: string;
}

function append(start: string, fields: LogFields, form: FieldForm): string {
  let text = start;
  const bytesMax = LOG_LIMITS.lineBytesMax - 1 - form.mark.length - form.end.length;
  let bytes = Buffer.byteLength(start);
  let isCut = false;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const piece = form.field(RESERVED.has(name) ? `field_${name}` : name, value);
    bytes += Buffer.byteLength(piece);
    if (bytes > bytesMax) {
      isCut = true;
      break;
    }
    text += piece;
  }
  return `${text}${isCut ? form.mark : ''}${form.end}`;
}

function timeOf(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}

function textValue(value: LogValue): string {
  const text = cutValue(value);
  if (typeof text !== 'string') return String(text);
  return typeof value === 'string' && TOKEN.test(text) ? text : quotedText(text);
}

function jsonValue(value: LogValue): string {
  const text = cutValue(value);
  if (typeof text === 'string') return quotedText(text);
  return Number.isFinite(text) || typeof text === 'boolean' ? String(text) : 'null';
}

function cutValue(value: LogValue): string | number | boolean {
  if (typeof value === 'object') return cutText(value.quoted, QUOTED_CHARACTERS_MAX);
  if (typeof value === 'string') return cutText(value, PLAIN_CHARACTERS_MAX);
  return value ?? '';
}
