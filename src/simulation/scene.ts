import type { SeedSource } from '../core/connectivity/seed-source.ts';
import { isWhole, meshOf, type Mesh } from './mesh.ts';
import { SPLIT_WRITES, type NetworkConditions } from './network-conditions.ts';
import { populate, START_WINDOW_MS, type PopulationPlan } from './population.ts';
import { settingFlags } from './replay.ts';
import type { Demand, Figures, ScenarioName, ScenarioOptions, ScenarioResult } from './scenario.ts';
import type { SimulatedNode } from './simulated-node.ts';
import { Simulation } from './simulation.ts';

const SETTLED_EXTRA_MS = 100;

/** Which nodes the figures are about. */
type Counts = (node: SimulatedNode) => boolean;

export interface Watched {
  /** Undefined when it was not good at the end. */
  readonly goodAfterMs: number | undefined;
  readonly componentsMax: number;
}

/** The network of a scenario: its nodes are told of the seeds, and start when the window says. */
export class Scene {
  readonly simulation: Simulation;
  readonly seeds: readonly SimulatedNode[];
  /** Of all outbound connections of honest nodes, those to an attacker: set where there is one. */
  attackerShare: (() => number) | undefined;
  private readonly sources: readonly SeedSource[];

  constructor(
    readonly name: ScenarioName,
    readonly options: ScenarioOptions,
    plan: PopulationPlan = {},
  ) {
    const { seed, sha256, createMachine, limits = {} } = options;
    this.simulation = new Simulation({
      seed,
      sha256,
      createMachine,
      limits,
      conditions: conditionsOf(options),
      hasRecords: plan.hasRecords === true,
      onSample: () => this.sampled(),
    });
    const population = populate(this.simulation, options, plan);
    this.seeds = population.seeds;
    this.sources = population.sources;
  }

  /** The scenario's own parameters: what was set, else these. */
  parametersOf<Parameters extends Readonly<Record<string, number>>>(
    defaults: Parameters,
  ): Parameters {
    return { ...defaults, ...this.options.parameters };
  }

  /** From now on `look` is called each `ms` of virtual time. */
  eachMs(ms: number, look: () => void): void {
    const { simulation } = this;
    const again = (): void => {
      look();
      simulation.at(simulation.now + ms, again);
    };
    simulation.at(simulation.now + ms, again);
  }

  /** @param counts whom the figures are about; all, without it */
  mesh(counts?: Counts): Mesh {
    return meshOf(this.simulation.nodes, counts);
  }

  /** Nodes that are no seeds. */
  get ordinary(): readonly SimulatedNode[] {
    return this.simulation.nodes.filter((node) => !this.seeds.includes(node));
  }

  /** A node that comes later, told of the seeds like all. */
  addNewcomer(): SimulatedNode {
    return this.simulation.addNode({ seeds: this.sources });
  }

  /**
   * Runs for `forMs` and looks at each sample.
   * @param isGood of the mesh then
   * @returns since when, in milliseconds from now, it was good for the rest of the time, and the most
   * components that were seen
   */
  watch(isGood: (mesh: Mesh) => boolean, forMs: number, counts?: Counts): Watched {
    const { simulation } = this;
    const from = simulation.now;
    const watched: { goodAfterMs: number | undefined; componentsMax: number } = {
      goodAfterMs: undefined,
      componentsMax: 0,
    };
    simulation.runUntil(() => {
      const mesh = this.mesh(counts);
      watched.componentsMax = Math.max(watched.componentsMax, mesh.components);
      if (isGood(mesh)) watched.goodAfterMs ??= simulation.now - from;
      else watched.goodAfterMs = undefined;
      return false;
    }, forMs);
    return watched;
  }

  /** Runs until the mesh is whole. @returns milliseconds that it took, or undefined */
  untilWhole(limitMs: number): number | undefined {
    const { simulation } = this;
    const from = simulation.now;
    const { length } = simulation.nodes;
    const everybodyStarted = (): boolean => simulation.now >= START_WINDOW_MS + SETTLED_EXTRA_MS;
    const whole = simulation.runUntil(
      () => length > 0 && everybodyStarted() && isWhole(this.mesh()),
      limitMs,
    );
    return whole ? simulation.now - from : undefined;
  }

  result(figures: Figures, demands: readonly Demand[]): ScenarioResult {
    const { simulation, options, name } = this;
    const { nodes, seeds, seed } = options;
    const mesh = this.mesh();
    const { found: violations } = simulation.watch.violations;
    const missed = demands.filter((demand) => !demand.met).map((demand) => demand.expected);
    return {
      scenario: name,
      nodes,
      seeds,
      seed,
      ok: missed.length === 0 && violations.length === 0,
      trace_hash: simulation.trace.hex(),
      components: mesh.components,
      outbound: mesh.outbound,
      virtual_seconds: seconds(simulation.now),
      figures,
      missed,
      violations,
      replay: replayOf(name, options),
    };
  }

  private sampled(): void {
    const { simulation, options } = this;
    const { now } = simulation;
    options.onProgress?.({ virtualMs: now, running: simulation.running.length });
    if (options.timeline?.isDue(now) !== true) return;
    const { nodes, components, outbound } = this.mesh();
    const attackerShare = this.attackerShare?.();
    options.timeline.add({
      virtualMs: now,
      nodes,
      components,
      outbound,
      ...(attackerShare === undefined ? {} : { attackerShare }),
    });
  }
}

/** Loss and splits, as the command line can ask for them. */
function conditionsOf({
  splitWrites = false,
  lossShare = 0,
}: ScenarioOptions): Partial<NetworkConditions> {
  return { ...(splitWrites ? SPLIT_WRITES : {}), lossShare };
}

/** The command line that runs the same again. */
function replayOf(name: ScenarioName, options: ScenarioOptions): string {
  const { nodes, seeds, seed, silentSeeds = 0, lossShare = 0 } = options;
  const flags = [`--scenario ${name}`, `--seed ${seed}`, `--nodes ${nodes}`, `--seeds ${seeds}`];
  if (silentSeeds > 0) flags.push(`--silent-seeds ${silentSeeds}`);
  if (options.namedSeeds === true) flags.push('--named-seeds');
  if (options.splitWrites === true) flags.push('--split-writes');
  if (lossShare > 0) flags.push(`--loss ${lossShare}`);
  flags.push(...settingFlags(options));
  return `npm run simulate -- ${flags.join(' ')}`;
}

/** For figures and words; −1 for what never happened. */
export function seconds(ms: number | undefined): number {
  return ms === undefined || !Number.isFinite(ms) ? -1 : Math.round(ms) / 1_000;
}
