/** All randomness of the core. The edge supplies a cryptographic one, the simulator a seeded one. */
export interface RandomSource {
  /** A uniform integer in [0, 2³²). */
  nextU32(): number;
}

/** A uniform number in [0, 1). */
export function uniform(random: RandomSource): number {
  return random.nextU32() / 0x1_0000_0000;
}

/** A uniform integer in [0, bound); `bound` is 1 … 2³². */
export function below(random: RandomSource, bound: number): number {
  return Math.floor(uniform(random) * bound);
}

/** `base` changed by at most ± `fraction` of itself. */
export function jittered(random: RandomSource, base: number, fraction: number): number {
  return base * (1 + fraction * (2 * uniform(random) - 1));
}

/** A uniform unsigned 64-bit integer. */
export function nextU64(random: RandomSource): bigint {
  return (BigInt(random.nextU32()) << 32n) | BigInt(random.nextU32());
}

/** Fisher–Yates in place; every order is equally likely. */
export function shuffle<T>(random: RandomSource, items: T[]): T[] {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = below(random, i + 1);
    const held = items[i] as T;
    items[i] = items[j] as T;
    items[j] = held;
  }
  return items;
}

/** sfc32 (Doty-Humphrey, PractRand): fast, 128 bits of state, reproducible; not for secrets. */
export class SeededRandom implements RandomSource {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: number, stream = 0) {
    this.a = seed >>> 0;
    this.b = stream >>> 0;
    this.c = 0x9e37_79b9;
    for (let i = 0; i < 15; i += 1) this.nextU32();
  }

  nextU32(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((((this.c << 21) | (this.c >>> 11)) >>> 0) + sum) | 0;
    return sum >>> 0;
  }
}
