import type { NodeLimits } from '../../core/support/limits.ts';
import type { Sha256 } from '../../core/support/sha256.ts';
import type { CreateMachine } from '../machine.ts';
import { DEFAULT_HONEST_PLAN, type HonestPlan } from './honest-population.ts';
import type { SiegeTactic } from './siege.ts';

/** One attack: who attacks, whom, when, and for how long. */
export interface AttackPlan {
  /** The attacker's addresses, and the /16s over which they are spread. */
  readonly addresses: number;
  readonly groups: number;
  readonly honest: HonestPlan;
  /** Honest servers that the victim is told of. */
  readonly seeds: number;
  /** The victim has lived this long when the attack begins; 0: its first start is under attack. */
  readonly quietMs: number;
  /** From the beginning of the attack to the restarts. */
  readonly attackMs: number;
  readonly tactic: SiegeTactic;
  /**
   * Share of attackers in what honest nodes hand out. `mirrored`: as much as the victim itself would
   * hand out at that time, for the others are attacked as it is.
   */
  readonly gossip: 'mirrored' | number;
  readonly limits: Partial<NodeLimits>;
}

/** What a run needs from outside. */
export interface AttackTools {
  readonly sha256: Sha256;
  readonly createMachine: CreateMachine;
}

export const HOUR_MS = 3_600_000;

/** 4,096 addresses in 16 /16s against one of 1,000, after an hour of peace, for a day. */
export const DEFAULT_ATTACK_PLAN: AttackPlan = {
  addresses: 4_096,
  groups: 16,
  honest: DEFAULT_HONEST_PLAN,
  seeds: 3,
  quietMs: HOUR_MS,
  attackMs: 24 * HOUR_MS,
  tactic: 'cycle',
  gossip: 'mirrored',
  limits: {},
};
