/** 2²⁵⁶: one more than the largest hash. */
const HASH_SPACE = 1n << 256n;
const MANTISSA_LIMIT = 0x80_0000;
/** 0x22 and a mantissa of one byte is the last exponent that can still be below 2²⁵⁶. */
const EXPONENT_MAX = 0x22;

/**
 * The target that `bits` stands for: high byte = exponent e, low three bytes = mantissa m,
 * target = m · 256^(e − 3), rounded down. Undefined unless m < 2²³ and 0 < target < 2²⁵⁶.
 */
export function targetOfBits(bits: number): bigint | undefined {
  const exponent = bits >>> 24;
  const mantissa = bits & 0xff_ffff;
  if (mantissa >= MANTISSA_LIMIT || exponent > EXPONENT_MAX) return undefined;
  const shift = BigInt(8 * (exponent - 3));
  const target = shift >= 0n ? BigInt(mantissa) << shift : BigInt(mantissa) >> -shift;
  return target > 0n && target < HASH_SPACE ? target : undefined;
}

/** Expected hashes per block of a target: ⌊2²⁵⁶ / (target + 1)⌋. Chains are compared by its sum. */
export function workOfTarget(target: bigint): bigint {
  return HASH_SPACE / (target + 1n);
}

/** A hash as the number that is compared with the target: big-endian. */
export function hashNumber(hash: Uint8Array): bigint {
  let number = 0n;
  const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
  for (let offset = 0; offset < hash.byteLength; offset += 8) {
    number = (number << 64n) | view.getBigUint64(offset);
  }
  return number;
}
