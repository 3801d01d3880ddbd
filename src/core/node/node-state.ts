import type { NodeState } from './events.ts';

export interface StateFacts {
  readonly hasStarted: boolean;
  readonly isDraining: boolean;
  readonly isOffline: boolean;
  readonly connections: number;
  readonly outbound: number;
  readonly outboundMin: number;
  /** Whether an address could be connected and is not; asked only when it matters. */
  readonly hasUnconnectedCandidate: () => boolean;
  readonly wasEverConnected: boolean;
  readonly isMeshLatched: boolean;
}

/**
 * One word for `/p2p/status`. `connected`: the outbound minimum is met, or everybody that is known is
 * connected; `degraded`: connected to some, while others that are known are not; `isolated`:
 * connections lost, or waited for in vain; `offline`: every dial of a window failed and nothing came in.
 */
export function stateOf(facts: StateFacts): NodeState {
  if (facts.isDraining) return 'draining';
  if (!facts.hasStarted) return 'starting';
  if (facts.connections > 0) {
    const isFull = facts.outbound >= facts.outboundMin || !facts.hasUnconnectedCandidate();
    return isFull ? 'connected' : 'degraded';
  }
  if (facts.isOffline) return 'offline';
  return facts.wasEverConnected || facts.isMeshLatched ? 'isolated' : 'bootstrapping';
}
