import { below, uniform } from '../../core/support/random-source.ts';
import type { SimulatedNode } from '../simulated-node.ts';
import type { Departure } from '../simulated-network.ts';
import type { Simulation } from '../simulation.ts';
import { during, type FaultPlan, type Span } from './fault-plan.ts';

/** Longer than a goodbye takes. */
const AWAY_MS_MIN = 2_000;

export interface CrashPlan {
  readonly of: readonly SimulatedNode[];
  readonly atMs?: number;
  /** `reset`: the process dies, its host says so; `vanish`: the host is gone. */
  readonly departure: Departure;
  /** Starts again after this long; without it, never. */
  readonly backAfterMs?: number;
}

/** All of them die at one instant, without goodbye. */
export function crash({ of, atMs = 0, departure, backAfterMs }: CrashPlan): FaultPlan {
  return (simulation) => {
    const diesAt = simulation.now + atMs;
    simulation.at(diesAt, () => {
      for (const node of of) node.crash(departure);
    });
    if (backAfterMs === undefined) return;
    simulation.at(diesAt + backAfterMs, () => {
      for (const node of of) node.start();
    });
  };
}

/** They leave one after the other, each with a goodbye. */
export function scaleDown(plan: {
  readonly of: readonly SimulatedNode[];
  readonly eachMs: number;
}): FaultPlan {
  return (simulation) => {
    for (const [turn, node] of plan.of.entries()) {
      simulation.at(simulation.now + turn * plan.eachMs, () => node.stop());
    }
  };
}

export interface ChurnPlan extends Span {
  readonly of: readonly SimulatedNode[];
  /** Means of exponential times. */
  readonly upMsMean: number;
  readonly downMsMean: number;
  /** How they leave, each with the same chance. */
  readonly departures: readonly (Departure | 'goodbye')[];
}

/** Nodes come and go, each in a rhythm of its own. */
export function churn(plan: ChurnPlan): FaultPlan {
  return during(plan, (simulation) => {
    const state = { isOver: false };
    for (const node of plan.of) live(node, plan, simulation, state);
    return () => {
      state.isOver = true;
    };
  });
}

function live(
  node: SimulatedNode,
  plan: ChurnPlan,
  simulation: Simulation,
  state: { readonly isOver: boolean },
): void {
  const { random } = simulation;
  simulation.at(simulation.now + exponential(random, plan.upMsMean), () => {
    if (state.isOver) return;
    const departure = plan.departures[below(random, plan.departures.length)] ?? 'reset';
    if (departure === 'goodbye') node.stop();
    else node.crash(departure);
    // Whoever is away when the churn ends still comes back.
    const awayMs = Math.max(AWAY_MS_MIN, exponential(random, plan.downMsMean));
    simulation.at(simulation.now + awayMs, () => {
      node.start();
      live(node, plan, simulation, state);
    });
  });
}

function exponential(random: Simulation['random'], mean: number): number {
  return -mean * Math.log(1 - uniform(random));
}
