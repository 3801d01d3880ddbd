/**
 * Goal: text that an outsider chose cannot break a log line, colour a terminal or reorder what is read.
 * Mechanism: C0, DEL, C1, line and paragraph separators, bidirectional controls, U+FEFF and lone
 * surrogates become `\uXXXX`; length is cut in characters, never inside one.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const UNSAFE_OR_QUOTE = new RegExp(`${UNSAFE.source}|["\\\\]`, 'gu');

/** At most `charactersMax` code points, the last one `…` when something was cut. */
export function cutText(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const characters = Array.from(text.slice(0, 2 * charactersMax + 2));
  if (characters.length <= charactersMax) return text;
  return `${characters.slice(0, charactersMax - 1).join('')}…`;
}

/** Unsafe characters as `\uXXXX`, everything else as it is: for a message, which has no quotes. */
export function printableText(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

/** A JSON string on one line: unsafe characters, quotes and backslashes are escaped. */
export function quotedText(text: string): string {
  return `"${text.replace(UNSAFE_OR_QUOTE, escapeCharacter)}"`;
}

function escapeCharacter(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
