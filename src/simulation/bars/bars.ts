import { ATTACK_BARS } from '../attack/attack-bars.ts';
import type { Bar } from './bar.ts';
import { largestRun } from './largest-run.ts';
import { repeatedScenario } from './trial-set.ts';

/** Every bar that is shown in virtual time, by its number. Round trips are 100 ms on average. */
export const NETWORK_BARS: readonly Bar[] = [
  repeatedScenario({
    number: 2,
    situation: 'cold start of 1,000 nodes, seeds of 64 slots',
    bound: 'all at the minimum, one component, within 60 s',
    job: { scenario: 'cold-start', nodes: 1_000, seeds: 3 },
    runs: { quick: 1, full: 30 },
    shown: { name: 'seconds_to_whole', text: 's until all are at the minimum', worst: 'greatest' },
  }),
  repeatedScenario({
    number: 3,
    situation: 'newcomer that meets only full nodes',
    bound: 'a peer list within 2 s, connected within 10 s',
    job: { scenario: 'full-house', nodes: 100, seeds: 3 },
    runs: { quick: 2, full: 200 },
    shown: { name: 'seconds_to_connected', text: 's to connected', worst: 'greatest' },
  }),
  repeatedScenario({
    number: 4,
    situation: 'all seeds killed, 200 nodes',
    bound: 'one component in every sample, 99 % at the minimum within 5 s',
    job: { scenario: 'kill-seeds', nodes: 200, seeds: 3 },
    runs: { quick: 1, full: 100 },
    shown: { name: 'seconds_to_regain', text: 's to regain', worst: 'greatest' },
  }),
  repeatedScenario({
    number: 5,
    situation: 'seeds dead, then half of 200 nodes at once',
    bound: 'one component in every sample, all at the minimum within 15 s',
    job: { scenario: 'kill-half', nodes: 200, seeds: 3 },
    runs: { quick: 1, full: 100 },
    shown: { name: 'seconds_to_regain', text: 's to regain', worst: 'greatest' },
  }),
  repeatedScenario({
    number: 6,
    situation: 'restart with the seeds and 90 % of the stored peers dead',
    bound: 'connected within 15 s',
    job: { scenario: 'restart', nodes: 200, seeds: 3, parameters: { dead_share: 0.9 } },
    runs: { quick: 1, full: 200 },
    shown: { name: 'seconds_to_connected', text: 's to connected', worst: 'greatest' },
  }),
  repeatedScenario({
    number: 7,
    situation: 'partition of 10 minutes heals',
    bound: 'one component within 60 s, without a restart',
    job: { scenario: 'partition', nodes: 100, seeds: 3 },
    runs: { quick: 1, full: 60 },
    shown: { name: 'seconds_to_one_component', text: 's to one component', worst: 'greatest' },
  }),
  repeatedScenario({
    number: 8,
    situation: 'coverage of the address books, 200 nodes',
    bound: 'each node knows 95 % of the others within 60 s',
    job: { scenario: 'coverage', nodes: 200, seeds: 3 },
    runs: { quick: 1, full: 60 },
    shown: { name: 'known_share_min', text: 'of the others known at 60 s', worst: 'smallest' },
  }),
  repeatedScenario({
    number: 9,
    situation: 'full outage of one node for 10 minutes',
    bound: 'no stored peer lost, at the minimum within 5 s',
    job: { scenario: 'outage', nodes: 50, seeds: 3 },
    runs: { quick: 1, full: 100 },
    shown: { name: 'seconds_to_minimum', text: 's to the minimum', worst: 'greatest' },
  }),
  repeatedScenario({
    number: 14,
    situation: 'scale from 10 nodes to 3',
    bound: 'nobody who stays below min(8, N − 1) at any second',
    job: { scenario: 'scale-down', nodes: 10, seeds: 3 },
    runs: { quick: 10, full: 300 },
    shown: { name: 'connections_missing_max', text: 'connections missing', worst: 'greatest' },
  }),
  largestRun,
];

/** All of them, by number. */
export const BARS: readonly Bar[] = [...NETWORK_BARS, ...ATTACK_BARS].sort(
  (a, b) => a.number - b.number,
);
