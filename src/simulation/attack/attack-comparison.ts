import type { NodeLimits } from '../../core/support/limits.ts';
import type { JobSet, Trial } from '../bars/bar.ts';
import type { ScenarioJob } from '../scenario.ts';

/** One line of the table: how one kind of node fares under one attack. */
export interface AttackRow {
  readonly attack: string;
  readonly node: string;
  /** Attackers among the outbound connections after restarts, and before. */
  readonly outboundShare: number;
  readonly outboundShareBefore: number;
  /** Attackers among the addresses that count as good. */
  readonly triedShare: number;
  readonly eclipsed: number;
  readonly restarts: number;
}

/** The runs behind one row. */
export interface AttackLine {
  /** Number of the bar whose attack it is. */
  readonly bar: number;
  readonly attack: string;
  readonly node: string;
  readonly jobs: readonly ScenarioJob[];
}

const ATTACKS = [
  {
    bar: 10,
    attack: '4,096 in 16 /16s, 1,000 honest',
    addresses: 4_096,
    groups: 16,
    honest: 1_000,
  },
  {
    bar: 11,
    attack: '10,000 in 64 /16s, 1,000 honest',
    addresses: 10_000,
    groups: 64,
    honest: 1_000,
  },
  {
    bar: 12,
    attack: '16,384 in 256 /16s, 1,000 honest',
    addresses: 16_384,
    groups: 256,
    honest: 1_000,
  },
  {
    bar: 12,
    attack: '16,384 in 256 /16s, 200 honest',
    addresses: 16_384,
    groups: 256,
    honest: 200,
  },
  {
    bar: 12,
    attack: '16,384 in 256 /16s, 1,000 honest, from the first start on',
    addresses: 16_384,
    groups: 256,
    honest: 1_000,
    quietMinutes: 0,
  },
] as const;

const NODES = ['this node', 'flat list', 'new/tried, entry by entry'] as const;

const SIZES = {
  quick: { victims: 1, restarts: 20, hours: 3 },
  full: { victims: 4, restarts: 250, hours: 24 },
} as const;

/** Jobs travel as JSON, which has no infinity: these are as good. */
const NEVER_MS = 1e15;
const ANY = 1e9;

/** Each mechanism switched off once, by the limits that switch it off. */
const ATTACK_ABLATIONS: Readonly<Record<string, Partial<NodeLimits>>> = {
  'as it is': {},
  'no group-first choice': { isGroupFirst: false },
  'no elder slots': { elderSlots: 0 },
  'no anchor slots': { anchorSlots: 0 },
  'neither elders nor anchors': { elderSlots: 0, anchorSlots: 0 },
  'no test before eviction': { isTestedBeforeEviction: false },
  'no bound per source group': { sourceGroupEntriesMax: ANY, newBucketsPerSource: 256 },
  'no bound per tried group': { triedBucketsPerGroup: 64, persistedPerGroupMax: ANY },
  'many outbound per group': { outboundPerGroupMax: 1_000 },
  'many inbound per group': { inboundPerGroupMax: 1_000 },
  'no feelers': { feelerIntervalMs: NEVER_MS, feelerScarceIntervalMs: NEVER_MS },
  'no reach-back': { reachBackIntervalMs: NEVER_MS },
  'no rotation': { rotationIntervalMs: NEVER_MS },
  'no hearsay rate': { hearsayPerSecond: ANY, hearsayBurst: ANY },
};

/** Our node beside two others under each attack. */
export function comparisonLines(set: JobSet): readonly AttackLine[] {
  return ATTACKS.flatMap((plan) =>
    NODES.map((node, model) => ({
      bar: plan.bar,
      attack: plan.attack,
      node,
      jobs: jobsOf(plan, set, { model }),
    })),
  );
}

/** The second and the hardest attack, without one mechanism after the other. */
export function ablationLines(set: JobSet): readonly AttackLine[] {
  return [ATTACKS[1], ATTACKS[3]].flatMap((plan) =>
    Object.entries(ATTACK_ABLATIONS).map(([node, limits]) => ({
      bar: plan.bar,
      attack: plan.attack,
      node,
      jobs: jobsOf(plan, set, {}).map((job) => ({ ...job, limits })),
    })),
  );
}

/** @param trials of the line's jobs */
export function rowOf({ attack, node }: AttackLine, trials: readonly Trial[]): AttackRow {
  const sum = (name: string): number =>
    trials.reduce((total, { result }) => total + Number(result.figures[name] ?? 0), 0);
  const mean = (name: string): number => sum(name) / Math.max(1, trials.length);
  return {
    attack,
    node,
    outboundShare: mean('attacker_share'),
    outboundShareBefore: mean('attacker_share_before'),
    triedShare: mean('tried_share'),
    eclipsed: sum('eclipsed_restarts'),
    restarts: sum('trials'),
  };
}

function jobsOf(
  plan: (typeof ATTACKS)[number],
  set: JobSet,
  parameters: Readonly<Record<string, number>>,
): ScenarioJob[] {
  const { victims, restarts, hours } = SIZES[set];
  return Array.from({ length: victims }, (_, index) => ({
    scenario: 'eclipse',
    nodes: plan.honest,
    seeds: 3,
    seed: 101 + index,
    parameters: {
      attacker_addresses: plan.addresses,
      attacker_groups: plan.groups,
      attack_hours: hours,
      quiet_minutes: 'quietMinutes' in plan ? plan.quietMinutes : 60,
      restarts,
      ...parameters,
    },
  }));
}
