import { eclipse } from './attack/scenario-eclipse.ts';
import { falseAddress } from './attack/scenario-false-address.ts';
import { flood } from './attack/scenario-flood.ts';
import { misbehave } from './attack/scenario-misbehave.ts';
import { slotHog } from './attack/scenario-slot-hog.ts';
import { nodesChurn } from './scenario-churn.ts';
import { coldStart } from './scenario-cold-start.ts';
import { coverage } from './scenario-coverage.ts';
import { fullHouse } from './scenario-full-house.ts';
import { killHalf } from './scenario-kill-half.ts';
import { killSeeds } from './scenario-kill-seeds.ts';
import { newcomer } from './scenario-newcomer.ts';
import { nodeOutage } from './scenario-outage.ts';
import { partitionHeals } from './scenario-partition.ts';
import { restart } from './scenario-restart.ts';
import { deploymentShrinks } from './scenario-scale-down.ts';
import { stalledProcess } from './scenario-stall.ts';
import { steady } from './scenario-steady.ts';
import type { Scenario, ScenarioName, ScenarioOptions, ScenarioResult } from './scenario.ts';

/** Every scenario; the file of one exports its row. */
export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  'cold-start': coldStart,
  'full-house': fullHouse,
  'kill-seeds': killSeeds,
  'kill-half': killHalf,
  restart,
  partition: partitionHeals,
  coverage,
  newcomer,
  outage: nodeOutage,
  churn: nodesChurn,
  'scale-down': deploymentShrinks,
  steady,
  stall: stalledProcess,
  eclipse,
  flood,
  'slot-hog': slotHog,
  misbehave,
  'false-address': falseAddress,
};

/** Runs one scenario from its first to its last virtual second. */
export function runScenario(name: ScenarioName, options: ScenarioOptions): ScenarioResult {
  return SCENARIOS[name].run(options);
}
