import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { types } from 'node:util';
import { SeededRandom } from '../../src/core/support/random-source.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { mutated } from './mutate.ts';

const CORPUS = join(__dirname, 'corpus');
const STREAM_OF_CHOICES = 7;
const SHRINK_TRIES_MAX = 2_000;

/** Every case that was ever found, one a file, in hex. */
function corpusOf({ name }: FuzzTarget): Uint8Array[] {
  const folder = join(CORPUS, name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.hex'))
    .map(
      (file) => new Uint8Array(Buffer.from(readFileSync(join(folder, file), 'utf8').trim(), 'hex')),
    );
}

function faultOf(target: FuzzTarget, bytes: Uint8Array): Error | undefined {
  try {
    target.run(bytes, new SeededRandom(bytes.length, STREAM_OF_CHOICES));
    return undefined;
  } catch (error) {
    // Node's own errors are of another realm than the test's `Error`.
    return types.isNativeError(error)
      ? error
      : new Error('something else than an error was thrown');
  }
}

/** Takes bytes away as long as it still fails and the tries last. */
function smallest(target: FuzzTarget, found: Uint8Array): Uint8Array {
  let bytes = found;
  let tries = 0;
  for (let step = Math.max(1, bytes.length >> 1); step >= 1; step >>= 1) {
    let at = 0;
    while (at + step <= bytes.length && tries < SHRINK_TRIES_MAX) {
      const less = new Uint8Array(
        Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + step)]),
      );
      tries += 1;
      if (faultOf(target, less) === undefined) at += step;
      else bytes = less;
    }
  }
  return bytes;
}

function keep(target: FuzzTarget, bytes: Uint8Array): string {
  const folder = join(CORPUS, target.name);
  mkdirSync(folder, { recursive: true });
  const name = `${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.hex`;
  writeFileSync(join(folder, name), `${Buffer.from(bytes).toString('hex')}\n`);
  return join('test/fuzz/corpus', target.name, name);
}

function check(target: FuzzTarget, bytes: Uint8Array): void {
  const fault = faultOf(target, bytes);
  if (fault === undefined) return;
  const file = keep(target, smallest(target, bytes));
  throw new Error(`${target.name}: ${fault.message}\nThe smallest such input is kept in ${file}`, {
    cause: fault,
  });
}

/** The corpus, the seeds, then `count` made ones. @returns how many inputs were run */
export function runTarget(target: FuzzTarget, count: number, seed: number): number {
  const known = [...corpusOf(target), ...target.seeds];
  for (const bytes of known) check(target, bytes);
  const random = new SeededRandom(seed);
  for (let i = 0; i < count; i += 1) check(target, mutated(known, random));
  return known.length + count;
}
