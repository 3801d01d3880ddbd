import { parseSeedSource, type SeedSource } from '../core/connectivity/seed-source.ts';
import type { NodeLimits } from '../core/support/limits.ts';
import { uniform } from '../core/support/random-source.ts';
import type { NodePlan } from './node-plan.ts';
import type { ScenarioOptions } from './scenario.ts';
import type { SimulatedNode } from './simulated-node.ts';
import type { Simulation } from './simulation.ts';

/** All nodes start within this long: a deployment, not a lockstep. */
export const START_WINDOW_MS = 1_000;

/** What is particular about the nodes of a scenario. */
export interface PopulationPlan {
  readonly seedLimits?: Partial<NodeLimits>;
  /** All start within this long; a second, without it. */
  readonly startWindowMs?: number;
  /** Nodes announce signed records of themselves. */
  readonly hasRecords?: boolean;
}

interface Population {
  readonly seeds: readonly SimulatedNode[];
  /** What everybody is told of. */
  readonly sources: readonly SeedSource[];
}

type Wanted = Pick<ScenarioOptions, 'nodes' | 'seeds' | 'silentSeeds' | 'namedSeeds'>;

/** Adds seeds and other nodes, told of the seeds, and starts each at a random time of the window. */
export function populate(
  simulation: Simulation,
  { nodes, seeds, silentSeeds = 0, namedSeeds = false }: Wanted,
  plan: PopulationPlan,
): Population {
  const sources: SeedSource[] = [];
  for (let i = 0; i < silentSeeds; i += 1) sources.push(seedOf(simulation.addSilentHost().key));
  const seedNodes: SimulatedNode[] = [];
  for (let index = 0; index < nodes; index += 1) {
    const isSeed = index < seeds;
    // One list for all, so a seed is told of itself too, as in a real deployment.
    const node = simulation.addNode({
      seeds: sources,
      ...(isSeed ? seedPlan(index, namedSeeds, plan) : {}),
    });
    if (isSeed) {
      sources.push(
        seedOf(namedSeeds ? `${seedName(index)}:${node.address.port}` : node.address.key),
      );
      seedNodes.push(node);
    }
    simulation.at(uniform(simulation.random) * (plan.startWindowMs ?? START_WINDOW_MS), () =>
      node.start(),
    );
  }
  return { seeds: seedNodes, sources };
}

function seedPlan(index: number, isNamed: boolean, { seedLimits = {} }: PopulationPlan): NodePlan {
  return { limits: seedLimits, ...(isNamed ? { name: seedName(index) } : {}) };
}

function seedName(index: number): string {
  return `seed-${index}.vision.example`;
}

function seedOf(text: string): SeedSource {
  const parsed = parseSeedSource(text);
  if (!parsed.ok) throw new Error(`not a seed: ${text}`);
  return parsed.source;
}
