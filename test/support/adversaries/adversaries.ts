import type { Adversary } from './adversary.ts';
import { Dripper } from './dripper.ts';
import { HalfOpener } from './half-opener.ts';
import { SlowReader } from './slow-reader.ts';

/** All of them, by name. */
export const ADVERSARIES = {
  Dripper: () => new Dripper(),
  HalfOpener: () => new HalfOpener(),
  SlowReader: () => new SlowReader(),
} satisfies Record<string, () => Adversary>;

export type AdversaryName = keyof typeof ADVERSARIES;
