import { assertNever } from '../core/support/brand.ts';
import { coldStart } from './scenario-cold-start.ts';
import { killSeeds } from './scenario-kill-seeds.ts';
import { restart } from './scenario-restart.ts';
import type { ScenarioName, ScenarioOptions, ScenarioResult } from './scenario.ts';

/** Runs one scenario from its first to its last virtual second. */
export function runScenario(name: ScenarioName, options: ScenarioOptions): ScenarioResult {
  switch (name) {
    case 'cold-start':
      return coldStart(options);
    case 'kill-seeds':
      return killSeeds(options);
    case 'restart':
      return restart(options);
    default:
      return assertNever(name);
  }
}
