import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { buildFilter } from '../../../test/support/built-filter.ts';
import { readVectors } from '../../../test/vectors/read-vectors.ts';
import { fromHex } from '../support/bytes.ts';
import { filterContains } from './known-filter.ts';

interface FilterVector {
  readonly salt: number;
  readonly hashes: number;
  readonly keys: readonly string[];
  readonly absent: readonly string[];
  readonly filter: string;
}

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const anyKeys = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,20}:[1-9][0-9]{3}$/), { maxLength: 60 });
const anySalt = fc.nat(0xffff_ffff);

describe('known filter', () => {
  it.each(readVectors<FilterVector[]>('known-filter'))(
    'agrees with the golden vector of salt $salt and $hashes hashes',
    ({ salt, hashes, keys, absent, filter }) => {
      const known = {
        knownFilter: fromHex(filter) as Uint8Array,
        filterSalt: salt,
        filterHashes: hashes,
      };
      expect(keys.filter((key) => !filterContains(known, key, sha256))).toEqual([]);
      expect(absent.filter((key) => filterContains(known, key, sha256))).toEqual([]);
      expect(absent.length).toBeGreaterThan(0);
    },
  );

  it('holds nothing without bits or without hashes', () => {
    const none = { knownFilter: new Uint8Array(0), filterSalt: 0, filterHashes: 7 };
    const full = new Uint8Array(8).fill(0xff);
    expect(filterContains(none, 'a:1', sha256)).toBe(false);
    expect(
      filterContains({ knownFilter: full, filterSalt: 0, filterHashes: 0 }, 'a:1', sha256),
    ).toBe(false);
  });

  it('contains every key that it was built from', () => {
    fc.assert(
      fc.property(anyKeys, anySalt, (keys, salt) => {
        const filter = buildFilter(keys, salt, sha256);
        expect(keys.every((key) => filterContains(filter, key, sha256))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('takes few strangers for known, however few entries it was built from', () => {
    let wrong = 0;
    for (let salt = 0; salt < 4_000; salt += 1) {
      const filter = buildFilter(['10.0.0.1:7071', '10.0.0.2:7071'], salt, sha256);
      if (filterContains(filter, '10.0.0.3:7071', sha256)) wrong += 1;
    }
    expect(wrong).toBeLessThan(20);
  });

  it('takes few strangers for known of many entries, and stays within 8 KiB', () => {
    const keys = Array.from({ length: 2_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}:7071`);
    const filter = buildFilter(keys, 5, sha256);
    const strangers = Array.from({ length: 4_000 }, (_, i) => `10.1.${i >> 8}.${i & 255}:7071`);
    const wrong = strangers.filter((key) => filterContains(filter, key, sha256)).length;
    expect(wrong).toBeLessThan(100);
    expect(filter.knownFilter.length).toBe(2_500);
    const many = Array.from({ length: 9_000 }, (_, i) => `n${i}:1`);
    expect(buildFilter(many, 5, sha256).knownFilter.length).toBe(8_192);
  });
});
