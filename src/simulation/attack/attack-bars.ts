import type { Bar, BarOutcome, JobSet, Trial } from '../bars/bar.ts';
import { chanceAtMost } from '../bars/binomial-bound.ts';
import type { ScenarioJob } from '../scenario.ts';

interface AttackBar {
  readonly number: number;
  readonly addresses: number;
  readonly groups: number;
  readonly honest: number;
  readonly hours: number;
  /** Of outbound connections, before and after a restart. */
  readonly shareMax: number;
  readonly triedMax?: number;
}

const VICTIMS = { quick: 1, full: 8 } as const;
const RESTARTS = { quick: 20, full: 125 } as const;
/** A short attack is over its first pass: every address has called. */
const QUICK_HOURS = 3;
/** With the anchors lost one restart in a thousand may be eclipsed. */
const WITHOUT_ANCHORS_MAX = 0.001;

const PLANS: readonly AttackBar[] = [
  {
    number: 10,
    addresses: 4_096,
    groups: 16,
    honest: 1_000,
    hours: 24,
    shareMax: 0.15,
    triedMax: 0.12,
  },
  { number: 11, addresses: 10_000, groups: 64, honest: 1_000, hours: 24, shareMax: 0.3 },
  { number: 12, addresses: 16_384, groups: 256, honest: 1_000, hours: 24, shareMax: 0.4 },
  { number: 12, addresses: 16_384, groups: 256, honest: 1_000, hours: 168, shareMax: 0.4 },
  { number: 12, addresses: 16_384, groups: 256, honest: 200, hours: 24, shareMax: 0.5 },
  { number: 12, addresses: 16_384, groups: 256, honest: 200, hours: 168, shareMax: 0.5 },
];

const FLOOD: Bar = {
  number: 13,
  situation: 'one source floods 100,000 addresses',
  bound: '512 kept',
  jobs: (set) =>
    Array.from({ length: set === 'quick' ? 1 : 3 }, (_, index) => ({
      scenario: 'flood',
      nodes: 1,
      seeds: 1,
      seed: index + 1,
      parameters: { addresses: set === 'quick' ? 20_000 : 100_000 },
    })),
  judge: (trials) => {
    const kept = Math.max(...trials.map((trial) => figure(trial, 'addresses_kept_max')));
    return { figure: `${kept} kept`, met: trials.every((trial) => trial.result.ok) };
  },
};

/** Attacks and floods, by number. */
export const ATTACK_BARS: readonly Bar[] = [...PLANS.map(barOf), FLOOD];

function barOf(plan: AttackBar): Bar {
  const { number, addresses, groups, honest, hours, shareMax, triedMax } = plan;
  const tried = triedMax === undefined ? '' : `, ${percent(triedMax)} of tried`;
  return {
    number,
    situation: `${addresses} addresses in ${groups} /16s against ${honest}, ${hours} h`,
    bound: `${percent(shareMax)} of outbound${tried}; no restart eclipsed`,
    jobs: (set) => jobsOf(plan, set),
    judge: (trials) => judge(plan, trials),
  };
}

function jobsOf(plan: AttackBar, set: JobSet): ScenarioJob[] {
  return Array.from({ length: VICTIMS[set] }, (_, index) => ({
    scenario: 'eclipse',
    nodes: plan.honest,
    seeds: 3,
    seed: index + 1,
    parameters: {
      attacker_addresses: plan.addresses,
      attacker_groups: plan.groups,
      attack_hours: set === 'quick' ? QUICK_HOURS : plan.hours,
      restarts: RESTARTS[set],
      restarts_without_anchors: plan.number === 12 ? RESTARTS[set] : 0,
    },
  }));
}

function judge(plan: AttackBar, trials: readonly Trial[]): BarOutcome {
  const mean = (name: string): number => sum(trials, name) / Math.max(1, trials.length);
  const after = mean('attacker_share');
  const before = mean('attacker_share_before');
  const tried = mean('tried_share');
  const eclipsed = sum(trials, 'eclipsed_restarts');
  const bare = sum(trials, 'eclipsed_without_anchors');
  const bareRuns = sum(trials, 'trials_without_anchors');
  const words = [
    `${percent(after)} of outbound (${percent(before)} before)`,
    `${percent(tried)} of tried`,
    counted(eclipsed, sum(trials, 'trials'), 'eclipsed'),
  ];
  if (bareRuns > 0) words.push(counted(bare, bareRuns, 'without anchors'));
  const met =
    Math.max(after, before) <= plan.shareMax &&
    tried <= (plan.triedMax ?? 1) &&
    eclipsed === 0 &&
    bare <= WITHOUT_ANCHORS_MAX * bareRuns;
  return { figure: words.join('; '), met };
}

function counted(hits: number, runs: number, word: string): string {
  return `${hits} of ${runs} ${word}, chance ≤ ${(100 * chanceAtMost(hits, runs)).toPrecision(2)} %`;
}

function sum(trials: readonly Trial[], name: string): number {
  return trials.reduce((total, trial) => total + figure(trial, name), 0);
}

function figure(trial: Trial, name: string): number {
  return Number(trial.result.figures[name] ?? 0);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
