import type { RandomSource } from './random-source.ts';

/** Longer texts are hashed by their beginning and their length; no address or group comes near. */
const UNITS_MAX = 1_024;
const ROUNDS_PER_WORD = 2;
const FINAL_ROUNDS = 4;

/** Two 32-bit words. */
export type HashKey = readonly [number, number];

export function randomHashKey(random: RandomSource): HashKey {
  return [random.nextU32(), random.nextU32()];
}

/**
 * Goal: places in a table that are spread evenly and that nobody foresees who does not hold the key.
 * Adversary: chooses all inputs, sees what becomes of some. Mechanism: HalfSipHash-2-4 with 32 bits of
 * output (Aumasson and Bernstein, "SipHash: a fast short-input PRF", and its reference code); a text
 * is its UTF-16 units, little-endian. Bound: one scratch array for all. Cost: about 0.3 µs for an
 * address, no allocation.
 */
export class KeyedHash {
  constructor(readonly key: HashKey) {}

  /** @returns 32 bits, unsigned */
  ofText(text: string): number {
    const units = Math.min(text.length, UNITS_MAX);
    const whole = units >> 1;
    for (let i = 0; i < whole; i += 1) {
      scratch[i] = text.charCodeAt(2 * i) | (text.charCodeAt(2 * i + 1) << 16);
    }
    const rest = (units & 1) === 1 ? text.charCodeAt(units - 1) : 0;
    scratch[whole] = rest | ((2 * text.length) << 24);
    return digest(this.key, whole + 1);
  }

  /** Hash of three 32-bit words. */
  ofWords(a: number, b: number, c: number): number {
    scratch[0] = a;
    scratch[1] = b;
    scratch[2] = c;
    scratch[3] = 12 << 24;
    return digest(this.key, 4);
  }
}

const scratch = new Int32Array(UNITS_MAX / 2 + 1);

/** Of the first `count` words of `scratch`, of which the last carries the length. */
function digest(key: HashKey, count: number): number {
  let v0 = key[0] | 0;
  let v1 = key[1] | 0;
  let v2 = 0x6c79_6765 ^ v0;
  let v3 = 0x7465_6462 ^ v1;
  for (let i = 0; i <= count; i += 1) {
    const isFinal = i === count;
    const word = isFinal ? 0 : (scratch[i] as number);
    if (isFinal) v2 ^= 0xff;
    v3 ^= word;
    for (let round = isFinal ? FINAL_ROUNDS : ROUNDS_PER_WORD; round > 0; round -= 1) {
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
    }
    v0 ^= word;
  }
  return (v1 ^ v3) >>> 0;
}
