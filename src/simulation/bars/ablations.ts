import type { Ablation } from './ablation.ts';

const FEW = { quick: 2, full: 20 };
const RESTART = {
  scenario: 'restart',
  nodes: 100,
  seeds: 3,
  parameters: { dead_share: 0.9 },
} as const;
const SCALE_DOWN = { scenario: 'scale-down', nodes: 10, seeds: 3 } as const;
const KILL_HALF = { scenario: 'kill-half', nodes: 100, seeds: 3 } as const;

const MISBEHAVE = { scenario: 'misbehave', nodes: 1, seeds: 1 } as const;
const FALSE_ADDRESS = { scenario: 'false-address', nodes: 1, seeds: 1 } as const;
const LISTS_TAKEN = {
  name: 'lists_taken_per_hour',
  text: 'unasked lists taken per hour',
  worst: 'greatest',
} as const;
const WRONG_ADDRESS = {
  name: 'nodes_with_a_wrong_address',
  text: 'of 20 nodes name a wrong address',
  worst: 'greatest',
} as const;
const LEADS_NOWHERE = {
  name: 'vanished_share_mean',
  text: 'of the connections lead nowhere',
  worst: 'greatest',
} as const;

export const ABLATIONS: readonly Ablation[] = [
  {
    mechanism: 'outbound connections beyond the minimum',
    bar: 5,
    limits: { outboundMax: 8 },
    job: KILL_HALF,
    runs: FEW,
    figure: { name: 'seconds_to_regain', text: 's to regain', worst: 'greatest' },
  },
  {
    mechanism: 'peer list for whom a full node turns away',
    bar: 3,
    limits: { surplusMax: 0 },
    job: { scenario: 'full-house', nodes: 100, seeds: 3 },
    runs: FEW,
    figure: { name: 'seconds_to_peer_list', text: 's to a peer list', worst: 'greatest' },
  },
  {
    mechanism: 'answers that wait for verifications',
    bar: 2,
    limits: { answerHoldMs: 0 },
    job: { scenario: 'cold-start', nodes: 60, seeds: 1, parameters: { window_seconds: 0 } },
    runs: FEW,
    figure: { name: 'seconds_to_whole', text: 's until all are at the minimum', worst: 'greatest' },
  },
  {
    mechanism: 'redirect of a full node',
    bar: 3,
    limits: { redirectEntriesMax: 0 },
    job: { scenario: 'full-house', nodes: 100, seeds: 3 },
    runs: FEW,
    figure: { name: 'seconds_to_connected', text: 's to connected', worst: 'greatest' },
  },
  {
    mechanism: 'verification feelers',
    bar: 6,
    limits: { outboundFeelersMax: 0 },
    job: RESTART,
    runs: FEW,
    figure: { name: 'stored_peers', text: 'peers stored', worst: 'smallest' },
  },
  {
    mechanism: 'periodic feelers',
    bar: 6,
    limits: { feelerIntervalMs: Infinity, feelerScarceIntervalMs: Infinity },
    job: RESTART,
    runs: FEW,
    figure: { name: 'seconds_to_connected', text: 's to connected', worst: 'greatest' },
  },
  {
    mechanism: 'head start of stored peers over seeds',
    bar: 6,
    limits: { storedHeadStartMs: 0 },
    job: { scenario: 'restart', nodes: 100, seeds: 3 },
    runs: FEW,
    figure: {
      name: 'seeds_dialled_before_connected',
      text: 'of a run with a seed dialled first',
      worst: 'greatest',
    },
  },
  {
    mechanism: 'anchors',
    bar: 6,
    limits: { anchorSlots: 0 },
    job: RESTART,
    runs: FEW,
    figure: { name: 'seconds_to_connected', text: 's to connected', worst: 'greatest' },
  },
  {
    mechanism: 'elders',
    bar: 6,
    limits: { elderSlots: 0 },
    job: RESTART,
    runs: FEW,
    figure: { name: 'seconds_to_connected', text: 's to connected', worst: 'greatest' },
  },
  {
    mechanism: 'reach-back',
    bar: 7,
    limits: { reachBackIntervalMs: Infinity },
    job: { scenario: 'partition', nodes: 60, seeds: 3 },
    runs: { quick: 1, full: 10 },
    figure: { name: 'seconds_to_one_component', text: 's to one component', worst: 'greatest' },
  },
  {
    mechanism: 'repeated exchange',
    bar: 8,
    limits: {
      exchangeScarceIntervalMs: Infinity,
      exchangeGrowingIntervalMs: Infinity,
      exchangeSettledIntervalMs: Infinity,
    },
    job: { scenario: 'coverage', nodes: 100, seeds: 3 },
    runs: FEW,
    figure: { name: 'known_share_min', text: 'of the others known', worst: 'smallest' },
  },
  {
    mechanism: 'quick questions while little is known',
    bar: 8,
    limits: { exchangeScarceIntervalMs: 5_000 },
    job: { scenario: 'coverage', nodes: 200, seeds: 3 },
    runs: { quick: 1, full: 5 },
    figure: { name: 'known_share_min', text: 'of the others known', worst: 'smallest' },
  },
  {
    mechanism: 'quick feelers while little is known',
    bar: 8,
    limits: { feelerScarceIntervalMs: 60_000 },
    job: { scenario: 'coverage', nodes: 200, seeds: 3 },
    runs: { quick: 1, full: 5 },
    figure: { name: 'known_share_min', text: 'of the others known', worst: 'smallest' },
  },
  {
    mechanism: 'outage rule',
    bar: 9,
    limits: { outageWindowMs: Infinity },
    job: { scenario: 'outage', nodes: 50, seeds: 3 },
    runs: { quick: 1, full: 10 },
    figure: { name: 'stored_peers_lost', text: 'stored peers lost', worst: 'greatest' },
  },
  {
    mechanism: 'parallel dials',
    bar: 6,
    limits: { outboundDialsMax: 1 },
    job: RESTART,
    runs: { quick: 4, full: 20 },
    figure: { name: 'seconds_to_connected', text: 's to connected', worst: 'greatest' },
  },
  {
    mechanism: 'happy eyeballs',
    bar: 2,
    limits: { connectionAttemptDelayMs: 1e9 },
    job: { scenario: 'cold-start', nodes: 60, seeds: 3, parameters: { silent_addresses: 1 } },
    runs: FEW,
    figure: { name: 'seconds_to_first_peer_max', text: 's to the first peer', worst: 'greatest' },
  },
  {
    mechanism: 'backoff',
    bar: 5,
    limits: { backoffBaseMs: 0 },
    job: { scenario: 'kill-half', nodes: 20, seeds: 3 },
    runs: FEW,
    figure: {
      name: 'dials_to_dead_per_node_minute',
      text: 'dials to the dead, per node and minute',
      worst: 'greatest',
    },
  },
  {
    mechanism: 'own-health rule',
    bar: 9,
    limits: { lagMaxMs: 1e9 },
    job: { scenario: 'stall', nodes: 50, seeds: 3 },
    runs: FEW,
    figure: {
      name: 'connections_wrongly_ended',
      text: 'connections wrongly ended',
      worst: 'greatest',
    },
  },
  {
    mechanism: 'drain, before processes end',
    bar: 14,
    parameters: { goodbye: 0 },
    job: SCALE_DOWN,
    runs: FEW,
    figure: LEADS_NOWHERE,
  },
  {
    mechanism: 'drain, before hosts are switched off',
    bar: 14,
    parameters: { goodbye: -1 },
    job: SCALE_DOWN,
    runs: FEW,
    figure: LEADS_NOWHERE,
  },
  {
    mechanism: 'eviction by merit',
    bar: 3,
    // As many by each rule as there are slots: nobody is left who could go.
    limits: { evictionProtected: 64 },
    job: { scenario: 'slot-hog', nodes: 1, seeds: 1 },
    runs: FEW,
    figure: {
      name: 'newcomers_turned_away',
      text: 'of 8 newcomers turned away',
      worst: 'greatest',
    },
  },
  {
    mechanism: 'score and bans',
    bar: 13,
    limits: { scoreDisconnect: -1_000, scoreBan: -1_000 },
    job: MISBEHAVE,
    runs: FEW,
    figure: LISTS_TAKEN,
  },
  {
    mechanism: 'bans',
    bar: 13,
    limits: { scoreBan: -1_000 },
    job: MISBEHAVE,
    runs: FEW,
    figure: LISTS_TAKEN,
  },
  {
    mechanism: 'quorum for the own address',
    bar: 8,
    limits: { observedVotes: 1, observedVotesSmall: 1 },
    // Without a dial-back that would find out, a single liar is enough for whom it meets first.
    job: { ...FALSE_ADDRESS, parameters: { peers: 4, liars: 1, mirror: 1 } },
    runs: FEW,
    figure: WRONG_ADDRESS,
  },
  {
    mechanism: 'dial-back to the own address',
    bar: 8,
    parameters: { mirror: 1 },
    job: { ...FALSE_ADDRESS, parameters: { liars: 6 } },
    runs: FEW,
    figure: WRONG_ADDRESS,
  },
  {
    mechanism: 'pings',
    bar: 7,
    limits: { pingIntervalMs: 1e9 },
    job: { scenario: 'churn', nodes: 60, seeds: 3, parameters: { minutes: 5 } },
    runs: { quick: 1, full: 10 },
    figure: LEADS_NOWHERE,
  },
];
