import { runBaseline, type BaselineResult } from '../baselines/baseline-run.ts';
import { spreadOf } from '../graph.ts';
import type { Figures, Scenario, ScenarioOptions, ScenarioResult } from '../scenario.ts';
import { TraceHash } from '../trace-hash.ts';
import { DEFAULT_ATTACK_PLAN, HOUR_MS, type AttackPlan } from './attack-plan.ts';
import {
  lateOutboundShare,
  restart,
  runAttack,
  type AttackPhase,
  type AttackSample,
  type RestartResult,
} from './attack-run.ts';
import { ratio } from './attack-world.ts';

const MINUTE_MS = 60_000;
/** Seeds of the restarts follow the run's own, far from those of other runs. */
const RESTART_SEEDS = 100_003;

/** What is attacked: this node, or for comparison one that is nothing but its tables. */
const MODELS = ['this-node', 'flat-list', 'bucket-tables'] as const;

const PARAMETERS = {
  /** 0: this node; 1: a flat list of addresses; 2: new and tried buckets, entry by entry. */
  model: 0,
  attacker_addresses: 4_096,
  attacker_groups: 16,
  /** Peace before the attack; 0: the first start is under attack. */
  quiet_minutes: 60,
  attack_hours: 12,
  restarts: 100,
  /** Restarts of which the anchors were lost, beside the others. */
  restarts_without_anchors: 0,
  /** 1: each address calls once, is verified, and makes room for the next; 0: callers stay. */
  cycle: 1,
  /** Attackers in what honest nodes hand out; −1: as in what the victim itself would. */
  honest_gossip_percent: -1,
  honest_full_percent: 30,
} as const;
type Parameters = { readonly [Name in keyof typeof PARAMETERS]: number };

/** One node among honest peers and an attacker of thousands of addresses; then restart after restart. */
export const eclipse: Scenario = {
  summary: 'One node among N honest peers, attacked by thousands of addresses, and restarted',
  ordinaryMin: 0,
  parameters: PARAMETERS,
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  const parameters: Parameters = { ...PARAMETERS, ...options.parameters };
  const plan = planOf(options, parameters);
  const model = MODELS[parameters.model] ?? 'this-node';
  if (model !== 'this-node') {
    const { seed } = options;
    return baselineResult(
      options,
      runBaseline(model, plan, { seed, restarts: parameters.restarts }),
    );
  }
  const phase = runAttack(plan, options, options.seed, (sample) => record(options, sample));
  const restarts = repeat(parameters.restarts, (index) =>
    restart(phase, options, options.seed * RESTART_SEEDS + index),
  );
  const bare = repeat(parameters.restarts_without_anchors, (index) =>
    restart(phase, options, options.seed * RESTART_SEEDS + index, true),
  );
  return resultOf(options, phase, { restarts, bare });
}

function planOf(options: ScenarioOptions, parameters: Parameters): AttackPlan {
  const { honest_gossip_percent: gossip, honest_full_percent: full } = parameters;
  return {
    addresses: parameters.attacker_addresses,
    groups: parameters.attacker_groups,
    honest: { ...DEFAULT_ATTACK_PLAN.honest, count: options.nodes, fullShare: full / 100 },
    seeds: options.seeds,
    quietMs: parameters.quiet_minutes * MINUTE_MS,
    attackMs: parameters.attack_hours * HOUR_MS,
    tactic: parameters.cycle === 0 ? 'hold' : 'cycle',
    gossip: gossip < 0 ? 'mirrored' : gossip / 100,
    limits: options.limits ?? {},
  };
}

function record({ timeline, onProgress }: ScenarioOptions, sample: AttackSample): void {
  const { all } = sample.outbound;
  onProgress?.({ virtualMs: sample.atMs, running: 1 });
  timeline?.add({
    virtualMs: sample.atMs,
    nodes: 1,
    components: 1,
    outbound: { min: all, median: all, max: all },
    attackerShare: ratio(sample.outbound),
  });
}

function resultOf(
  options: ScenarioOptions,
  phase: AttackPhase,
  after: { readonly restarts: readonly RestartResult[]; readonly bare: readonly RestartResult[] },
): ScenarioResult {
  const trace = new TraceHash();
  trace.add(phase.samples);
  trace.add(after);
  return {
    ...verdictOf(options, { ...figuresOf(phase, after.restarts), ...bareFiguresOf(after.bare) }),
    trace_hash: trace.hex(),
    outbound: spreadOf(after.restarts.map(({ outbound }) => outbound.all)),
    virtual_seconds: (phase.samples.at(-1)?.atMs ?? 0) / 1_000,
  };
}

function baselineResult(options: ScenarioOptions, result: BaselineResult): ScenarioResult {
  return verdictOf(options, {
    attacker_share: rounded(result.outboundShare),
    attacker_share_before: rounded(result.outboundShareBefore),
    tried_share: rounded(result.triedShare),
    tried_entries: result.triedEntries,
    eclipsed_restarts: result.eclipsed,
    trials: result.trials,
  });
}

function verdictOf(options: ScenarioOptions, figures: Figures): ScenarioResult {
  const { nodes, seeds, seed } = options;
  const isNever = [figures['eclipsed_restarts'], figures['eclipsed_without_anchors'] ?? 0].every(
    (eclipses) => eclipses === 0,
  );
  return {
    scenario: 'eclipse',
    nodes,
    seeds,
    seed,
    ok: isNever,
    trace_hash: '',
    components: 1,
    outbound: spreadOf([]),
    virtual_seconds: 0,
    figures,
    missed: isNever ? [] : ['an honest outbound connection after every restart'],
    violations: [],
    replay: replayOf(options),
  };
}

function figuresOf(phase: AttackPhase, restarts: readonly RestartResult[]) {
  const last = phase.samples.at(-1);
  return {
    /** Of the outbound connections after the restarts. */
    attacker_share: rounded(shareOf(restarts)),
    /** Of the outbound connections in the last quarter of the attack, before any restart. */
    attacker_share_before: rounded(lateOutboundShare(phase)),
    /** Of the addresses in the tried table, and of all verified ones, at the end of the attack. */
    tried_share: rounded(ratio(phase.tried)),
    tried_entries: phase.tried.all,
    verified_share: rounded(last === undefined ? 0 : ratio(last.verified)),
    eclipsed_restarts: eclipsed(restarts),
    trials: restarts.length,
    seconds_to_honest_max: Math.max(0, ...restarts.map((one) => one.secondsToHonest)),
  };
}

function bareFiguresOf(bare: readonly RestartResult[]) {
  return {
    eclipsed_without_anchors: eclipsed(bare),
    trials_without_anchors: bare.length,
  };
}

function shareOf(restarts: readonly RestartResult[]): number {
  const sum = (of: (one: RestartResult) => number): number =>
    restarts.reduce((total, one) => total + of(one), 0);
  return (
    sum((one) => one.outbound.attackers) /
    Math.max(
      1,
      sum((one) => one.outbound.all),
    )
  );
}

function eclipsed(restarts: readonly RestartResult[]): number {
  return restarts.filter((one) => one.isEclipsed).length;
}

function replayOf({ nodes, seeds, seed, parameters = {} }: ScenarioOptions): string {
  const flags = [`--scenario eclipse --seed ${seed} --nodes ${nodes} --seeds ${seeds}`];
  for (const [name, value] of Object.entries(parameters)) flags.push(`--set ${name}=${value}`);
  return `npm run simulate -- ${flags.join(' ')}`;
}

function repeat<Result>(count: number, once: (index: number) => Result): Result[] {
  return Array.from({ length: count }, (_, index) => once(index));
}

function rounded(share: number): number {
  return Math.round(share * 1_000) / 1_000;
}
