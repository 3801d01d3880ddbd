import type { Scenario, ScenarioOptions, ScenarioResult } from './scenario.ts';
import { Scene, seconds } from './scene.ts';

/** All at the minimum and one component this long after the last start. */
const WHOLE_WITHIN_MS = 10_000;
const WHOLE_WITHIN_LARGE_MS = 60_000;
const LARGE_FROM_NODES = 200;
const GIVE_UP_MS = 120_000;
/** Long enough for the second exchange and the first pings. */
const WATCHED_MS = 15_000;

const PARAMETERS = {
  /** All start within this long. */
  window_seconds: 1,
  /** The seeds run first and are known by name; so many addresses of each name never answer. */
  silent_addresses: 0,
} as const;

/** N nodes that know nothing but K seeds become one mesh, and stay it. */
export const coldStart: Scenario = {
  summary: 'Nodes that know nothing but the seeds start within a second',
  ordinaryMin: 0,
  parameters: PARAMETERS,
  run,
};

function run(options: ScenarioOptions): ScenarioResult {
  const plan = { ...PARAMETERS, ...options.parameters };
  const scene = new Scene('cold-start', options, {
    startWindowMs: plan.window_seconds * 1_000,
    silentAddresses: plan.silent_addresses,
  });
  const { simulation } = scene;
  const firstPeerMs = watchFirstPeers(scene);
  const wholeMs = scene.untilWhole(GIVE_UP_MS);
  simulation.runFor(Math.max(0, WATCHED_MS - simulation.now));
  const mesh = scene.mesh();
  const limitMs = options.nodes > LARGE_FROM_NODES ? WHOLE_WITHIN_LARGE_MS : WHOLE_WITHIN_MS;
  return scene.result(
    {
      seconds_to_whole: seconds(wholeMs),
      seconds_to_first_peer_max: seconds(Math.max(...firstPeerMs())),
      at_minimum: mesh.atMinimum,
    },
    [
      {
        met: wholeMs !== undefined && wholeMs <= limitMs,
        expected: `one component with everybody at the minimum within ${seconds(limitMs)} s`,
      },
      { met: mesh.components === 1, expected: 'one component at the end' },
      { met: mesh.atMinimum === mesh.nodes, expected: 'everybody at the minimum at the end' },
    ],
  );
}

/** Milliseconds from each node's start to its first completed handshake; infinite for none. */
function watchFirstPeers(scene: Scene): () => number[] {
  const startedAt = new Map<number, number>();
  const waitedMs = new Map<number, number>();
  scene.simulation.listen((node, event, now) => {
    if (event.kind === 'peers-loaded') startedAt.set(node.index, now);
    if (event.kind !== 'connection-established' || waitedMs.has(node.index)) return;
    waitedMs.set(node.index, now - (startedAt.get(node.index) ?? 0));
  });
  return () => scene.simulation.nodes.map((node) => waitedMs.get(node.index) ?? Infinity);
}
