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
  // No DataView: it would move both small arrays out of V8's own heap, which costs more than the hash.
  const input = new Uint8Array(4 + key.length);
  for (let i = 0; i < 4; i += 1) input[i] = salt >>> (8 * i);
  for (let i = 0; i < key.length; i += 1) input[4 + i] = key.charCodeAt(i);
  const hash = sha256(input);
  return { first: wordAt(hash, 0), second: wordAt(hash, 4) };
}

function wordAt(bytes: Uint8Array, at: number): number {
  const byte = (index: number): number => bytes[at + index] as number;
  return (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
}
