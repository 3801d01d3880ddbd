import { asciiBytes } from '../support/bytes.ts';
import type { Sha256 } from '../support/sha256.ts';
import { WIRE_LIMITS } from './wire-limits.ts';

/*
 * Goal: an asker tells which addresses it knows without listing them (Bloom, CACM 13(7), 1970;
 * two hashes make all positions: Kirsch and Mitzenmacher, ESA 2006).
 * Adversary: a filter of all ones, of no bits, of 2³² hashes; addresses made to collide.
 * Mechanism: the asker's salt changes all positions from request to request.
 * Bound: 8 KiB, 8 positions. Cost: one SHA-256 of some 30 bytes per look-up, whatever is asked.
 */

/** A request's filter; every GetPeers is one. */
export interface KnownFilter {
  /** Bits in bytes; bit p is the bit of value 2^(p mod 8) in byte ⌊p/8⌋. Empty: nothing is known. */
  readonly knownFilter: Uint8Array;
  readonly filterSalt: number;
  readonly filterHashes: number;
}

/** 10 bits an entry and 7 hashes: 0.8 % of false positives. */
const BITS_PER_ENTRY = 10;
const BUILT_HASHES = 7;
/**
 * Positions step by h2 through a number of bits that 8 divides: in a handful of bytes many steps
 * visit only one or two positions, and a filter of two entries would hold every tenth stranger.
 */
const BUILT_BYTES_MIN = 64;

/**
 * Whether the filter holds `key`, the canonical `host:port`. A filter without bits or without
 * hashes holds nothing.
 */
export function filterContains(filter: KnownFilter, key: string, sha256: Sha256): boolean {
  const { knownFilter, filterSalt, filterHashes } = filter;
  if (knownFilter.length === 0 || filterHashes === 0) return false;
  const count = Math.min(filterHashes, WIRE_LIMITS.filterHashesMax);
  const shape = { salt: filterSalt, count, bits: 8 * knownFilter.length };
  return positionsOf(key, shape, sha256).every(
    (position) => ((knownFilter[position >>> 3] as number) & (1 << (position & 7))) !== 0,
  );
}

/** The fields of a GetPeers that leaves out `keys`; sized for them, at most 8 KiB. */
export function buildFilter(keys: readonly string[], salt: number, sha256: Sha256): KnownFilter {
  if (keys.length === 0)
    return { knownFilter: new Uint8Array(0), filterSalt: salt, filterHashes: 0 };
  const wanted = Math.max(Math.ceil((keys.length * BITS_PER_ENTRY) / 8), BUILT_BYTES_MIN);
  const knownFilter = new Uint8Array(Math.min(wanted, WIRE_LIMITS.filterBytesMax));
  const shape = { salt, count: BUILT_HASHES, bits: 8 * knownFilter.length };
  for (const key of keys) {
    for (const position of positionsOf(key, shape, sha256)) {
      knownFilter[position >>> 3] = (knownFilter[position >>> 3] as number) | (1 << (position & 7));
    }
  }
  return { knownFilter, filterSalt: salt, filterHashes: BUILT_HASHES };
}

/** Position i = (h1 + i·h2) mod bits, h1 and h2 the first two little-endian words of the hash. */
function positionsOf(
  key: string,
  shape: { readonly salt: number; readonly count: number; readonly bits: number },
  sha256: Sha256,
): number[] {
  const text = asciiBytes(key);
  const input = new Uint8Array(4 + text.length);
  const view = new DataView(input.buffer);
  view.setUint32(0, shape.salt, true);
  input.set(text, 4);
  const hash = sha256(input);
  const words = new DataView(hash.buffer, hash.byteOffset, 8);
  const first = words.getUint32(0, true);
  const second = words.getUint32(4, true);
  // At most 8 · 2³²: exact in a double.
  return Array.from({ length: shape.count }, (_, i) => (first + i * second) % shape.bits);
}
