import type { PeerAddress } from '../../core/support/peer-address.ts';
import type { AttackerPool } from '../hostile/attacker-pool.ts';
import { EclipseAttacker } from '../hostile/eclipse-attacker.ts';
import type { ScriptedLink, ScriptWorld } from '../hostile/scripted-peer.ts';
import type { HostPort, ScriptedNetwork } from './scripted-network.ts';

/** `cycle`: every address calls once and is verified, then another takes its place; `hold`: they stay. */
export type SiegeTactic = 'cycle' | 'hold';

const TICK_MS = 1_000;
const DIALS_PER_TICK = 8;
/** More than a victim has slots: it will say when it is full. */
const INSIDE_MAX = 96;
const INSIDE_MIN = 4;
/** Long enough to be verified and asked for peers. */
const FIRST_STAY_MS = 20_000;
const LATER_STAY_MS = 600_000;
/** Who was inside for less than this has been sent away. */
const SENT_AWAY_MS = 5_000;
/** When the victim is full, one more try each so often. */
const PROBE_EACH_TICKS = 10;

export interface SiegePlan {
  readonly pool: AttackerPool;
  readonly tactic: SiegeTactic;
  /** All addresses have called in an earlier life of the victim. */
  readonly isFirstPassOver: boolean;
}

interface Guest {
  readonly link: ScriptedLink;
  readonly since: number;
}

/** Leads the attacker's addresses against one victim: takes every inbound slot that it can get. */
export class Siege {
  private readonly inside = new Map<EclipseAttacker, Guest>();
  private readonly knocking = new Set<EclipseAttacker>();
  private nextIndex = 0;
  private target = INSIDE_MAX;
  private ticks = 0;
  /** Every address has called once. */
  private isFirstPassOver: boolean;

  constructor(
    private readonly world: ScriptWorld,
    private readonly network: ScriptedNetwork,
    private readonly plan: SiegePlan,
  ) {
    this.isFirstPassOver = plan.isFirstPassOver || plan.tactic === 'hold';
  }

  begin(victim: PeerAddress): void {
    const { queue } = this.world;
    this.ticks += 1;
    if (this.ticks % PROBE_EACH_TICKS === 0) this.target = Math.min(INSIDE_MAX, this.target + 1);
    if (this.plan.tactic === 'cycle') this.cycle();
    const missing = this.target - this.inside.size - this.knocking.size;
    for (let i = 0; i < Math.min(missing, DIALS_PER_TICK); i += 1) this.knock(victim);
    queue.schedule(queue.now + TICK_MS, () => this.begin(victim));
  }

  hostAt(endpoint: PeerAddress): HostPort | undefined {
    const index = this.plan.pool.indexOf(endpoint.ip as Uint8Array);
    return index === undefined ? undefined : (this.appear(endpoint).port as HostPort);
  }

  /** Those who have stayed long enough make room for the next address. */
  private cycle(): void {
    const stayMs = this.isFirstPassOver ? LATER_STAY_MS : FIRST_STAY_MS;
    for (const [attacker, guest] of [...this.inside]) {
      if (this.world.queue.now - guest.since >= stayMs) attacker.close(guest.link);
    }
  }

  private knock(victim: PeerAddress): void {
    const address = this.plan.pool.address(this.nextIndex);
    this.nextIndex += 1;
    if (this.nextIndex === this.plan.pool.count) {
      this.nextIndex = 0;
      this.isFirstPassOver = true;
    }
    if (this.network.present(address.key) !== undefined) return;
    const attacker = this.appear(address);
    this.knocking.add(attacker);
    attacker.dial(victim);
  }

  private appear(address: PeerAddress): EclipseAttacker {
    const attacker = new EclipseAttacker(this.world, address, {
      pool: this.plan.pool,
      inside: (who, link) => {
        this.knocking.delete(who);
        this.inside.set(who, { link, since: this.world.queue.now });
      },
      out: (who) => this.out(who),
    });
    attacker.port = this.network.attach(attacker, address, false);
    return attacker;
  }

  private out(attacker: EclipseAttacker): void {
    this.knocking.delete(attacker);
    const guest = this.inside.get(attacker);
    this.inside.delete(attacker);
    const isSentAway = guest === undefined || this.world.queue.now - guest.since < SENT_AWAY_MS;
    if (isSentAway) this.target = Math.max(INSIDE_MIN, Math.min(this.target, this.inside.size));
  }
}
