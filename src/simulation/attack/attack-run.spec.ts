import { createHash } from 'node:crypto';
import { createPeerNode } from '../peer-node-machine.ts';
import { DEFAULT_ATTACK_PLAN, HOUR_MS, type AttackPlan, type AttackTools } from './attack-plan.ts';
import { lateOutboundShare, restart, runAttack, type AttackPhase } from './attack-run.ts';

const TOOLS: AttackTools = {
  createMachine: createPeerNode,
  sha256: (bytes) => createHash('sha256').update(bytes).digest(),
};

function attack(changes: Partial<AttackPlan>): AttackPhase {
  const tactic = 'hold' as const;
  const plan = {
    ...DEFAULT_ATTACK_PLAN,
    tactic,
    quietMs: HOUR_MS / 6,
    attackMs: HOUR_MS / 6,
    ...changes,
  };
  return runAttack(plan, TOOLS, 1);
}

describe('an attack', () => {
  it('begins when it is meant to, and takes most of the inbound slots', () => {
    const { samples } = attack({});
    const [before, ...during] = samples;
    expect(before?.inbound.attackers).toBe(0);
    expect(before?.outbound.all).toBeGreaterThanOrEqual(8);
    const last = during.at(-1);
    expect(last?.inbound.attackers).toBeGreaterThan(20);
    expect(last?.inbound.all).toBeLessThanOrEqual(64);
  });

  it('of addresses that all answer leaves nobody but attackers to a node that first starts in it without honest peers', () => {
    const nobody = { ...DEFAULT_ATTACK_PLAN.honest, count: 3 };
    const phase = attack({ quietMs: 0, honest: nobody });
    expect(phase.samples.at(-1)?.outbound.attackers).toBeGreaterThan(0);
    expect(lateOutboundShare(phase)).toBeGreaterThan(0.5);
  });

  it('gives the same course again for the same seed', () => {
    const [one, two] = [attack({}), attack({})];
    expect(two.samples).toEqual(one.samples);
    expect(two.beginning.store).toEqual(one.beginning.store);
    expect(restart(two, TOOLS, 5)).toEqual(restart(one, TOOLS, 5));
  });

  it('is survived by a restart that finds its peers again', () => {
    const phase = attack({ addresses: 4 });
    const results = [1, 2, 3].map((seed) => restart(phase, TOOLS, seed));
    for (const { outbound, isEclipsed, secondsToHonest } of results) {
      expect(isEclipsed).toBe(false);
      expect(outbound.all).toBeGreaterThanOrEqual(8);
      expect(secondsToHonest).toBeLessThan(15);
      expect(secondsToHonest).toBeGreaterThan(0);
    }
  });
});
