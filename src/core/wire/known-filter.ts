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
  const bits = 8 * knownFilter.length;
  const { first, second } = hashWords(key, filterSalt, sha256);
  for (let i = 0; i < count; i += 1) {
    const position = (first + i * second) % bits;
    if (((knownFilter[position >>> 3] as number) & (1 << (position & 7))) === 0) return false;
  }
  return true;
}

/** A filter under construction. */
export class FilterBuilder {
  private readonly bytes: Uint8Array;

  /** @param capacity keys that it is sized for, within 8 KiB */
  constructor(
    capacity: number,
    private readonly salt: number,
    private readonly sha256: Sha256,
  ) {
    const wanted = Math.max(Math.ceil((capacity * BITS_PER_ENTRY) / 8), BUILT_BYTES_MIN);
    this.bytes = new Uint8Array(Math.min(wanted, WIRE_LIMITS.filterBytesMax));
  }

  add(key: string): void {
    const { bytes } = this;
    const bits = 8 * bytes.length;
    const { first, second } = hashWords(key, this.salt, this.sha256);
    for (let i = 0; i < BUILT_HASHES; i += 1) {
      const position = (first + i * second) % bits;
      bytes[position >>> 3] = (bytes[position >>> 3] as number) | (1 << (position & 7));
    }
  }

  /** The fields of a GetPeers that leaves out the keys added so far. */
  fields(): KnownFilter {
    return {
      knownFilter: this.bytes.slice(),
      filterSalt: this.salt,
      filterHashes: BUILT_HASHES,
    };
  }
}

/**
 * Position i is (h1 + i·h2) mod bits, h1 and h2 the first two little-endian words of the hash; at
 * most 8 · 2³², exact in a double.
 */
function hashWords(key: string, salt: number, sha256: Sha256): { first: number; second: number } {
  const text = asciiBytes(key);
  const input = new Uint8Array(4 + text.length);
  const view = new DataView(input.buffer);
  view.setUint32(0, salt, true);
  input.set(text, 4);
  const hash = sha256(input);
  const words = new DataView(hash.buffer, hash.byteOffset, 8);
  return { first: words.getUint32(0, true), second: words.getUint32(4, true) };
}
