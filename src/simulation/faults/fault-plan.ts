import type { Simulation } from '../simulation.ts';

/**
 * Something that happens to a running network. Times in a plan count from the moment at which it is
 * applied; what it leaves to chance comes from the run's own seed.
 */
export type FaultPlan = (simulation: Simulation) => void;

/** From `fromMs` for `forMs`; without an end for ever. */
export interface Span {
  readonly fromMs?: number;
  readonly forMs?: number;
}

/** Several plans, side by side. */
export function together(...plans: readonly FaultPlan[]): FaultPlan {
  return (simulation) => {
    for (const plan of plans) plan(simulation);
  };
}

/** Calls `begin`, and what it returned when the span is over. */
export function during(
  { fromMs = 0, forMs = Infinity }: Span,
  begin: (simulation: Simulation) => () => void,
): FaultPlan {
  return (simulation) => {
    const startsAt = simulation.now + fromMs;
    simulation.at(startsAt, () => {
      const end = begin(simulation);
      if (Number.isFinite(forMs)) simulation.at(startsAt + forMs, end);
    });
  };
}
