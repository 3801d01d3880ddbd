import type { NameFault } from '../simulated-resolver.ts';
import { during, type FaultPlan, type Span } from './fault-plan.ts';

/** The resolver is slow about a name, or lies about it. */
export function faultyName(
  plan: Span & { readonly name: string; readonly fault: NameFault },
): FaultPlan {
  return during(plan, ({ resolver }) => {
    resolver.setFault(plan.name, plan.fault);
    return () => resolver.setFault(plan.name, undefined);
  });
}
