import { randomFillSync } from 'node:crypto';
import type { RandomSource } from '../core/support/random-source.ts';

const POOL_WORDS = 1_024;

/** Cryptographic randomness in 4 KiB helpings: one system call for a thousand numbers. */
export class CryptoRandom implements RandomSource {
  private readonly pool = new Uint32Array(POOL_WORDS);
  private next = POOL_WORDS;

  nextU32(): number {
    if (this.next === POOL_WORDS) {
      randomFillSync(this.pool);
      this.next = 0;
    }
    const word = this.pool[this.next] as number;
    this.next += 1;
    return word;
  }
}
