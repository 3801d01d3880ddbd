import type { RandomSource } from '../../src/core/support/random-source.ts';

/** One decoder of bytes from outside, and what must hold of it whatever they are. */
export interface FuzzTarget {
  /** Also the name of its folder in `corpus`. */
  readonly name: string;
  /** Cases of one test run: many where one is cheap. */
  readonly cases: number;
  /** Good inputs, from which the others are made. */
  readonly seeds: readonly Uint8Array[];
  /** Throws when a promise is broken. */
  readonly run: (bytes: Uint8Array, random: RandomSource) => void;
}

export function promise(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken: ${what}`);
}

/** Any bytes as a text of as many characters. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** Text that may stand in a log or on a terminal: one line, nothing that moves a cursor or turns text around. */
export function isPrintableLine(text: string): boolean {
  return /^[^\p{Cc}\p{Cf}\u2028\u2029]+$/u.test(text);
}
