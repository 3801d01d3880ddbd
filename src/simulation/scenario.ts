import type { Sha256 } from '../core/support/sha256.ts';
import type { Spread } from './graph.ts';
import type { CreateMachine } from './machine.ts';
import type { Violation } from './violation.ts';

export const SCENARIO_NAMES = ['cold-start', 'kill-seeds', 'restart'] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

export interface ScenarioOptions {
  /** All nodes, the seeds among them. */
  readonly nodes: number;
  /** How many of them are the seeds that everybody is told of. */
  readonly seeds: number;
  readonly seed: number;
  readonly sha256: Sha256;
  readonly createMachine: CreateMachine;
  /** Entries at the head of the seed list at which nobody ever answers. */
  readonly silentSeeds?: number;
  /** Every write arrives in pieces. */
  readonly splitWrites?: boolean;
  /** Called each 100 virtual milliseconds. */
  readonly onProgress?: (progress: ScenarioProgress) => void;
}

export interface ScenarioProgress {
  readonly virtualMs: number;
  readonly running: number;
}

/** A figure of one scenario: seconds, counts, yes or no. */
export type Figures = Readonly<Record<string, number | boolean>>;

/** Printed by `simulate -o json` as it is. */
export interface ScenarioResult {
  readonly scenario: ScenarioName;
  readonly nodes: number;
  readonly seeds: number;
  readonly seed: number;
  /** Every bar met and no rule broken. */
  readonly ok: boolean;
  readonly trace_hash: string;
  /** Of the nodes that run at the end. */
  readonly components: number;
  readonly outbound: Spread;
  readonly virtual_seconds: number;
  readonly figures: Figures;
  /** Bars that were missed, in words. */
  readonly missed: readonly string[];
  readonly violations: readonly Violation[];
  /** The command that runs the same again. */
  readonly replay: string;
}

/** A bar of a scenario: what must hold, and the words for when it does not. */
export interface Bar {
  readonly met: boolean;
  readonly expected: string;
}
