import type { PeerAddress } from '../../core/support/peer-address.ts';
import type { AttackerPool } from './attacker-pool.ts';
import { isFeeler, ScriptedPeer, type ScriptWorld, type ScriptedLink } from './scripted-peer.ts';

const LISTED = 100;

/** What one address of the attacker tells the one who leads them all. */
export interface AttackLead {
  readonly pool: AttackerPool;
  /** The victim has dialled this address: to stay, or to verify it. */
  readonly visited?: (attacker: EclipseAttacker, isFeeler: boolean) => void;
  /** A connection to the victim stands, begun by this address. */
  readonly inside?: (attacker: EclipseAttacker, link: ScriptedLink) => void;
  /** A connection or dial to the victim, begun by this address, is over. */
  readonly out?: (attacker: EclipseAttacker, wasInside: boolean) => void;
}

/**
 * One address of an eclipse attack: a faultless peer that keeps every connection for ever, answers at
 * once, and knows nobody but its own kind: each list names a hundred addresses not named before.
 */
export class EclipseAttacker extends ScriptedPeer {
  private readonly insideLinks = new Set<ScriptedLink>();

  constructor(
    world: ScriptWorld,
    address: PeerAddress,
    private readonly lead: AttackLead,
  ) {
    super(world, address);
  }

  protected override greeted(link: ScriptedLink): void {
    if (link.direction === 'inbound') {
      this.lead.visited?.(this, isFeeler(link));
      return;
    }
    this.insideLinks.add(link);
    this.lead.inside?.(this, link);
  }

  protected override peersFor(_link: ScriptedLink): string[] {
    return this.lead.pool.fresh(LISTED);
  }

  protected override ended(link: ScriptedLink): void {
    if (link.direction === 'outbound') this.lead.out?.(this, this.insideLinks.delete(link));
  }

  protected override dialFailed(): void {
    this.lead.out?.(this, false);
  }
}
