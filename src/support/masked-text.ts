import { existsSync } from 'node:fs';

const SCHEME = /^\s*[a-z][a-z0-9+.-]*:\/\//i;

/**
 * Text that an operator wrote, without what may be a secret in it: all before the last `@`, however
 * badly it is encoded, and the query of a URL.
 */
export function maskedText(text: string): string {
  const scheme = SCHEME.exec(text)?.[0] ?? '';
  const rest = text.slice(scheme.length);
  const at = rest.lastIndexOf('@');
  const open = at < 0 ? rest : `***${rest.slice(at)}`;
  return scheme + (scheme === '' ? open : open.replace(/[?#].*$/s, '?***'));
}

/** A word of a command line that the program does not know: of `--flag=value` only the flag. */
export function maskedWord(word: string): string {
  const equals = word.startsWith('-') ? word.indexOf('=') : -1;
  return equals < 0 ? maskedText(word) : `${word.slice(0, equals)}=***`;
}

/**
 * The path of a file that holds a secret. Somebody may have written the secret itself in its place, so
 * only what is meant as a path is shown.
 */
export function shownPath(path: string): string {
  const isPath = /^(\/|\.\.?\/)/.test(path) || existsSync(path);
  return isPath ? maskedText(path) : 'what it names';
}
