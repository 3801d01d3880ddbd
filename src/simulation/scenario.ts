import type { NodeLimits } from '../core/support/limits.ts';
import type { Sha256 } from '../core/support/sha256.ts';
import type { Spread } from './graph.ts';
import type { CreateMachine } from './machine.ts';
import type { Timeline } from './timeline.ts';
import type { Violation } from './violation.ts';

/** Each has a row in `SCENARIOS`; here because the command line names them without loading the core. */
export const SCENARIO_NAMES = [
  'cold-start',
  'full-house',
  'kill-seeds',
  'kill-half',
  'restart',
  'partition',
  'coverage',
  'newcomer',
  'outage',
  'churn',
  'scale-down',
  'steady',
  'stall',
  'eclipse',
  'flood',
  'slot-hog',
  'misbehave',
  'false-address',
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** What `--scenario` names. */
export interface Scenario {
  /** One line, for people. */
  readonly summary: string;
  /** Nodes that it needs beside the seeds. */
  readonly ordinaryMin: number;
  /** What `--set name=value` changes, and what it is otherwise; units in the names. */
  readonly parameters: Readonly<Record<string, number>>;
  readonly run: (options: ScenarioOptions) => ScenarioResult;
}

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
  /** The seeds are known by name. */
  readonly namedSeeds?: boolean;
  /** Of all segments, those that are lost. */
  readonly lossShare?: number;
  /** Every write arrives in pieces. */
  readonly splitWrites?: boolean;
  /** In place of the defaults, at every node: how a run is made without one mechanism. */
  readonly limits?: Partial<NodeLimits>;
  /** Of the scenario's own, those that differ from their defaults. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** Filled with the course of the run, for a plot. */
  readonly timeline?: Timeline;
  /** Called each 100 virtual milliseconds. */
  readonly onProgress?: (progress: ScenarioProgress) => void;
}

/** One run, as a message to another process or a line of a report. */
export type ScenarioJob = { readonly scenario: ScenarioName } & Omit<
  ScenarioOptions,
  'sha256' | 'createMachine' | 'timeline' | 'onProgress'
>;

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
  /** Every demand met and no rule broken. */
  readonly ok: boolean;
  readonly trace_hash: string;
  /** Of the nodes that run at the end. */
  readonly components: number;
  readonly outbound: Spread;
  readonly virtual_seconds: number;
  readonly figures: Figures;
  /** Demands that were missed, in words. */
  readonly missed: readonly string[];
  readonly violations: readonly Violation[];
  /** The command that runs the same again. */
  readonly replay: string;
}

/** What a scenario demands, and the words for when it does not hold. */
export interface Demand {
  readonly met: boolean;
  readonly expected: string;
}
