import { parseSeedSource, type SeedSource } from '../core/connectivity/seed-source.ts';
import { uniform } from '../core/support/random-source.ts';
import { isWhole, meshOf, type Mesh } from './mesh.ts';
import { SPLIT_WRITES } from './network-link.ts';
import type { Bar, Figures, ScenarioName, ScenarioOptions, ScenarioResult } from './scenario.ts';
import type { SimulatedNode } from './simulated-node.ts';
import { Simulation } from './simulation.ts';

/** All nodes start within this long: a deployment, not a lockstep. */
const START_WINDOW_MS = 1_000;
const SETTLED_EXTRA_MS = 100;

/** The network of a scenario: its nodes are told of the seeds, and start when the window says. */
export class Scene {
  readonly simulation: Simulation;
  readonly seeds: readonly SimulatedNode[];

  constructor(
    readonly name: ScenarioName,
    readonly options: ScenarioOptions,
  ) {
    const { seed, sha256, createMachine, splitWrites = false, onProgress } = options;
    this.simulation = new Simulation({
      seed,
      sha256,
      createMachine,
      conditions: splitWrites ? SPLIT_WRITES : {},
      ...(onProgress === undefined
        ? {}
        : {
            onSample: ({ now, running }) => onProgress({ virtualMs: now, running: running.length }),
          }),
    });
    this.seeds = this.populate();
  }

  mesh(): Mesh {
    return meshOf(this.simulation.nodes, this.simulation.now);
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

  result(figures: Figures, bars: readonly Bar[]): ScenarioResult {
    const { simulation, options, name } = this;
    const { nodes, seeds, seed } = options;
    const mesh = this.mesh();
    const { found: violations } = simulation.watch.violations;
    const missed = bars.filter((bar) => !bar.met).map((bar) => bar.expected);
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

  private populate(): SimulatedNode[] {
    const { simulation } = this;
    const { nodes, seeds, silentSeeds = 0 } = this.options;
    const sources: SeedSource[] = [];
    for (let i = 0; i < silentSeeds; i += 1) {
      sources.push(seedOf(simulation.addSilentHost().key));
    }
    const seedNodes: SimulatedNode[] = [];
    for (let index = 0; index < nodes; index += 1) {
      // One list for all, so a seed is told of itself too, as in a real deployment.
      const node = simulation.addNode({ seeds: sources });
      if (index < seeds) {
        sources.push(seedOf(node.address.key));
        seedNodes.push(node);
      }
      simulation.at(uniform(simulation.random) * START_WINDOW_MS, () => node.start());
    }
    return seedNodes;
  }
}

/** The command line that runs the same again. */
function replayOf(name: ScenarioName, options: ScenarioOptions): string {
  const { nodes, seeds, seed, silentSeeds = 0, splitWrites = false } = options;
  const flags = [`--scenario ${name}`, `--seed ${seed}`, `--nodes ${nodes}`, `--seeds ${seeds}`];
  if (silentSeeds > 0) flags.push(`--silent-seeds ${silentSeeds}`);
  if (splitWrites) flags.push('--split-writes');
  return `npm run simulate -- ${flags.join(' ')}`;
}

/** For figures and words; −1 for what never happened. */
export function seconds(ms: number | undefined): number {
  return ms === undefined || !Number.isFinite(ms) ? -1 : Math.round(ms) / 1_000;
}

function seedOf(text: string): SeedSource {
  const parsed = parseSeedSource(text);
  if (!parsed.ok) throw new Error(`not a seed: ${text}`);
  return parsed.source;
}
