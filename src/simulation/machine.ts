import type { NodeEffect } from '../core/node/effects.ts';
import type { NodeInput } from '../core/node/inputs.ts';
import type { PeerNodeOptions } from '../core/node/node-options.ts';
import type { BanView, BookPage, BookQuery, NodeSnapshot } from '../core/node/views.ts';
import type { Millis } from '../core/support/brand.ts';

/** What the simulator needs of a `PeerNode`; tests of the simulator itself bring scripted ones. */
export interface Machine {
  handle(input: NodeInput, now: Millis): void;
  nextDeadline(): Millis | undefined;
  drainEffects(): readonly NodeEffect[];
  snapshot(now: Millis): Pick<NodeSnapshot, 'book'>;
  bans(): readonly BanView[];
  book(query: BookQuery, now: Millis): BookPage;
  peers(query: { state: 'connected' | 'verified'; limit: number }): readonly string[];
}

/** @param now time of the node's start */
export type CreateMachine = (options: PeerNodeOptions, now: Millis) => Machine;
