import fc from 'fast-check';
import { KeyedHash, randomHashKey } from './keyed-hash.ts';
import { SeededRandom } from './random-source.ts';

/** Key 00 01 … 07, message 00 01 … (n − 1): of the reference code's table for 32 bits of output. */
const REFERENCE = new KeyedHash([0x0302_0100, 0x0706_0504]);
const VECTORS: readonly (readonly [number, number])[] = [
  [0, 0x5b9f_35a9],
  [2, 0x03a6_62fa],
  [4, 0x8946_6e2a],
  [6, 0x23fc_6358],
  [8, 0x8f84_b8d0],
  [14, 0x7cf8_ffd6],
  [16, 0x84ac_b5d9],
  [62, 0x7a99_83bd],
];

/** The text whose UTF-16 units are the bytes 0 … count − 1. */
const textOf = (count: number): string =>
  String.fromCharCode(...Array.from({ length: count / 2 }, (_, i) => 2 * i + ((2 * i + 1) << 8)));

it.each(VECTORS)('of %d bytes is what the reference code gives', (count, expected) => {
  expect(REFERENCE.ofText(textOf(count))).toBe(expected);
});

it('of words is that of the same bytes', () => {
  const words = new KeyedHash([1, 2]).ofWords(0x0041_0042, 0x0043_0044, 0xffff_ffff);
  expect(words).toBe(new KeyedHash([1, 2]).ofText('BADC\uffff\uffff'));
});

it('tells apart texts, lengths and keys', () => {
  const hash = new KeyedHash([1, 2]);
  const texts = ['', '\0', '\0\0', 'a', 'b', 'ab', 'ba', '\u0100', '\u0001', 'x'.repeat(5_000)];
  expect(new Set(texts.map((text) => hash.ofText(text))).size).toBe(texts.length);
  expect(hash.ofText('a')).not.toBe(new KeyedHash([1, 3]).ofText('a'));
  expect(hash.ofText('x'.repeat(5_000))).not.toBe(hash.ofText('x'.repeat(5_001)));
});

it('is an unsigned 32-bit number for any text', () => {
  const hash = new KeyedHash(randomHashKey(new SeededRandom(1)));
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const value = hash.ofText(text);
      expect(Number.isInteger(value) && value >= 0 && value < 2 ** 32).toBe(true);
      expect(hash.ofText(text)).toBe(value);
    }),
  );
});

it.each([16, 64, 256])('spreads like addresses evenly over %d places', (places) => {
  const hash = new KeyedHash(randomHashKey(new SeededRandom(places)));
  const counts = Array.from({ length: places }, () => 0);
  const total = 200 * places;
  for (let i = 0; i < total; i += 1) {
    const place = hash.ofText(`10.0.${i >> 8}.${i & 255}:7071`) % places;
    counts[place] = (counts[place] as number) + 1;
  }
  const chiSquare = counts.reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
  // Mean and five standard deviations of a chi-square with that many degrees of freedom.
  expect(chiSquare).toBeLessThan(places - 1 + 5 * Math.sqrt(2 * (places - 1)));
});
