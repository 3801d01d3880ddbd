import type { AttackPlan } from './attack-run.ts';

/** The classes of attacks, and who takes part in each. */
export const ATTACK_PLANS: readonly AttackPlan[] = [
  {
    title: 'B connections that stay half-open',
    security: 'plain',
    adversaries: ['HalfOpener', 'Dripper'],
  },
  { title: 'B slow readers', security: 'plain', adversaries: ['SlowReader'] },
];
