import type { SimulatedNode } from '../simulated-node.ts';
import type { FaultPlan } from './fault-plan.ts';

/** The wall clock of a node jumps, forward or back; monotonic time never does. */
export function clockStep(plan: {
  readonly of: readonly SimulatedNode[];
  readonly atMs?: number;
  readonly byMs: number;
}): FaultPlan {
  return (simulation) => {
    simulation.at(simulation.now + (plan.atMs ?? 0), () => {
      for (const node of plan.of) node.wallClockOffsetMs += plan.byMs;
    });
  };
}

export interface StallPlan {
  readonly of: readonly SimulatedNode[];
  readonly atMs?: number;
  readonly forMs: number;
  /** Over again, this long after the last one began; without it, once. */
  readonly eachMs?: number;
}

/** The event loop of a node stands: a long computation, a machine that sleeps, a starved container. */
export function stall({ of, atMs = 0, forMs, eachMs }: StallPlan): FaultPlan {
  return (simulation) => {
    const begin = (): void => {
      for (const node of of) node.stallFor(forMs);
      if (eachMs !== undefined) simulation.at(simulation.now + eachMs, begin);
    };
    simulation.at(simulation.now + atMs, begin);
  };
}
