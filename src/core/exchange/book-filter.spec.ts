import { createHash } from 'node:crypto';
import { BookScene, publicAddress } from '../../../test/support/book-samples.ts';
import { millis } from '../support/brand.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { SeededRandom } from '../support/random-source.ts';
import { filterContains, type KnownFilter } from '../wire/known-filter.ts';
import { BookFilter } from './book-filter.ts';

let hashes = 0;
const sha256 = (bytes: Uint8Array): Uint8Array => {
  hashes += 1;
  return createHash('sha256').update(bytes).digest();
};
const filterOf = (): BookFilter => new BookFilter(DEFAULT_LIMITS, new SeededRandom(1), sha256);
const key = (i: number): string => publicAddress(i, i).key;

function hear(scene: BookScene, from: number, to: number): void {
  for (let i = from; i < to; i += 1) scene.heard(publicAddress(i, i), `source ${i}`);
}

function held(filter: KnownFilter, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i += 1) if (filterContains(filter, key(i), sha256)) count += 1;
  return count;
}

it('holds all that is known, also what became known since', () => {
  const [scene, filter] = [new BookScene(), filterOf()];
  hear(scene, 0, 80);
  filter.of(scene.book, millis(0));
  hear(scene, 80, 90);
  const later = filter.of(scene.book, millis(1_000));
  expect(held(later, 0, 90)).toBe(90);
  expect(held(later, 100, 200)).toBeLessThan(10);
});

it('hashes an address once in five minutes, not once per question', () => {
  const [scene, filter] = [new BookScene(), filterOf()];
  hear(scene, 0, 50);
  hashes = 0;
  for (let second = 0; second < 300; second += 1) filter.of(scene.book, millis(second * 1_000));
  expect(hashes).toBe(50);
});

it('has another salt after five minutes, and when more is known than it was made for', () => {
  const [scene, filter] = [new BookScene(), filterOf()];
  hear(scene, 0, 50);
  const first = filter.of(scene.book, millis(0)).filterSalt;
  expect(filter.of(scene.book, millis(299_999)).filterSalt).toBe(first);
  expect(filter.of(scene.book, millis(300_000)).filterSalt).not.toBe(first);
  hear(scene, 50, 150);
  const grown = filter.of(scene.book, millis(300_001));
  expect(held(grown, 0, 150)).toBe(150);
  expect(held(grown, 200, 400)).toBeLessThan(12);
});

it('is none when nothing is known, and when too much is', () => {
  const [scene, filter] = [new BookScene(), filterOf()];
  expect(filter.of(scene.book, millis(0)).knownFilter).toHaveLength(0);
  hear(scene, 0, DEFAULT_LIMITS.filterEntriesMax + 1);
  expect(scene.book.knownCount).toBeGreaterThan(DEFAULT_LIMITS.filterEntriesMax);
  expect(filter.of(scene.book, millis(0)).knownFilter).toHaveLength(0);
});

it.each([
  [DEFAULT_LIMITS.filterEntriesMax - 1, true],
  [DEFAULT_LIMITS.filterEntriesMax, true],
  [DEFAULT_LIMITS.filterEntriesMax + 1, false],
])('of %d known addresses there is one: %p', (count, isOne) => {
  const [scene, filter] = [new BookScene(), filterOf()];
  for (let i = 0; scene.book.knownCount < count; i += 1) hear(scene, i, i + 1);
  expect(filter.of(scene.book, millis(0)).knownFilter.length > 0).toBe(isOne);
});

it('is made anew when more came than the book lists', () => {
  const [scene, filter] = [new BookScene(), filterOf()];
  hear(scene, 0, 10);
  filter.of(scene.book, millis(0));
  hear(scene, 10, DEFAULT_LIMITS.filterEntriesMax + 20);
  expect(scene.book.takeArrivals()).toBeUndefined();
  expect(scene.book.takeArrivals()).toEqual([]);
});
