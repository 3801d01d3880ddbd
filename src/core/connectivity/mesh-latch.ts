import type { Millis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';

export const MESH_REASONS = ['connected', 'network-of-one', 'all-candidates-silent'] as const;
export type MeshReason = (typeof MESH_REASONS)[number];

export interface MeshObservation {
  readonly now: Millis;
  /** Established connections, feelers and surplus not counted. */
  readonly connections: number;
  /** Addresses in the book that are not this node's own. */
  readonly candidates: number;
  /** Every source that has to be read has answered since the start. */
  readonly areSourcesRead: boolean;
  /** No handshake was ever completed, and a candidate's last word was that of another version, chain or genesis. */
  readonly isNetworkRefused: boolean;
}

/**
 * Readiness, one way: joined the mesh; or sure that there is nobody to join; or everybody is silent
 * for so long that waiting helps nobody. While candidates answer and every one refuses our network,
 * it stays unset: a bad rollout stops at its first node.
 */
export class MeshLatch {
  private readonly startedAt: Millis;
  private aloneSince: Millis | undefined;
  private latched: MeshReason | undefined;

  constructor(
    private readonly limits: NodeLimits,
    now: Millis,
  ) {
    this.startedAt = now;
  }

  get reason(): MeshReason | undefined {
    return this.latched;
  }

  /** @returns the reason at the moment of latching, undefined before and after. */
  observe(observation: MeshObservation): MeshReason | undefined {
    if (this.latched !== undefined) return undefined;
    this.latched = this.judge(observation);
    return this.latched;
  }

  private isNetworkOfOne(seen: MeshObservation): boolean {
    const isAlone = seen.candidates === 0 && seen.areSourcesRead;
    this.aloneSince = isAlone ? (this.aloneSince ?? seen.now) : undefined;
    return isAlone && seen.now - (this.aloneSince ?? seen.now) >= this.limits.loneNodeMs;
  }

  private judge(seen: MeshObservation): MeshReason | undefined {
    if (seen.connections >= Math.max(1, this.limits.readyPeersMin)) return 'connected';
    if (this.isNetworkOfOne(seen)) return 'network-of-one';
    if (seen.connections > 0 || seen.isNetworkRefused) return undefined;
    const isOver = seen.now - this.startedAt >= this.limits.readyMaxWaitMs;
    return isOver ? 'all-candidates-silent' : undefined;
  }
}
