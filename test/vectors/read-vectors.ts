import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The parsed content of a file of golden vectors; `README.md` beside it says what each holds. */
export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(join(__dirname, `${name}.json`), 'utf8')) as T;
}
