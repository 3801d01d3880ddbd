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
  /** The seeds are known by name and run first; so many addresses of each name never answer, and come first. */
  readonly silentAddresses?: number;
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
  const { silentAddresses = 0 } = plan;
  const isNamed = namedSeeds || silentAddresses > 0;
  const sources: SeedSource[] = [];
  for (let i = 0; i < silentSeeds; i += 1) sources.push(seedOf(simulation.addSilentHost().key));
  const seedNodes: SimulatedNode[] = [];
  for (let index = 0; index < nodes; index += 1) {
    const isSeed = index < seeds;
    // One list for all, so a seed is told of itself too, as in a real deployment.
    const node = simulation.addNode({
      seeds: sources,
      ...(isSeed ? seedPlan(index, isNamed, plan) : {}),
    });
    if (isSeed) {
      sources.push(seedOf(isNamed ? `${seedName(index)}:${node.address.port}` : node.address.key));
      seedNodes.push(node);
    }
    simulation.at(startMs(simulation, plan, isSeed), () => node.start());
  }
  hideBehindSilence(simulation, seedNodes, silentAddresses);
  return { seeds: seedNodes, sources };
}

function seedPlan(index: number, isNamed: boolean, { seedLimits = {} }: PopulationPlan): NodePlan {
  return { limits: seedLimits, ...(isNamed ? { name: seedName(index) } : {}) };
}

function startMs(
  { random }: Simulation,
  { startWindowMs = START_WINDOW_MS, silentAddresses = 0 }: PopulationPlan,
  isSeed: boolean,
): number {
  const atMs = uniform(random) * startWindowMs;
  return isSeed && silentAddresses > 0 ? 0 : atMs;
}

/** Each seed's name resolves to addresses that never answer, and to its own at last. */
function hideBehindSilence(
  simulation: Simulation,
  seeds: readonly SimulatedNode[],
  silent: number,
): void {
  if (silent === 0) return;
  for (const [index, seed] of seeds.entries()) {
    const ips = Array.from({ length: silent }, () => simulation.addSilentHost().ip as Uint8Array);
    simulation.resolver.setHost(seedName(index), [...ips, seed.ip]);
  }
}

function seedName(index: number): string {
  return `seed-${index}.vision.example`;
}

function seedOf(text: string): SeedSource {
  const parsed = parseSeedSource(text);
  if (!parsed.ok) throw new Error(`not a seed: ${text}`);
  return parsed.source;
}
