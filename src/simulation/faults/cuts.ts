import type { SimulatedNode } from '../simulated-node.ts';
import { during, type FaultPlan, type Span } from './fault-plan.ts';

export interface PartitionPlan extends Span {
  readonly between: readonly SimulatedNode[];
  readonly and: readonly SimulatedNode[];
  /** `there`: nothing of `between` reaches `and`, while the other way works; default both. */
  readonly lost?: 'both' | 'there';
}

/** Two sets of nodes cannot hear each other, or one cannot hear the other. Connections fall silent. */
export function partition(plan: PartitionPlan): FaultPlan {
  const ones = indicesOf(plan.between);
  const others = indicesOf(plan.and);
  const isBoth = (plan.lost ?? 'both') === 'both';
  return during(plan, ({ reachability }) =>
    reachability.cut(
      (from, to) =>
        (ones.has(from) && others.has(to)) || (isBoth && others.has(from) && ones.has(to)),
    ),
  );
}

/** A node that loses its line: no peer, no resolver, nobody. */
export function outage(plan: Span & { readonly of: readonly SimulatedNode[] }): FaultPlan {
  const cutOff = indicesOf(plan.of);
  return during(plan, ({ reachability }) =>
    reachability.cut((from, to) => cutOff.has(from) || cutOff.has(to)),
  );
}

function indicesOf(nodes: readonly SimulatedNode[]): ReadonlySet<number> {
  return new Set(nodes.map((node) => node.index));
}
