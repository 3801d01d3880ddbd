import type { ScenarioResult } from '../../src/simulation/scenario.ts';
import { expectOk } from './expect-ok.ts';

const sound: ScenarioResult = {
  scenario: 'kill-seeds',
  nodes: 50,
  seeds: 3,
  seed: 17,
  ok: true,
  trace_hash: '0000000000000000',
  components: 1,
  outbound: { min: 8, median: 16, max: 16 },
  virtual_seconds: 40,
  figures: {},
  missed: [],
  violations: [],
  replay: 'npm run simulate -- --scenario kill-seeds --seed 17 --nodes 50 --seeds 3',
};

describe('the report of failed runs', () => {
  it('is silent when all is well', () => {
    expect(() => expectOk([sound, sound])).not.toThrow();
  });

  it('names the command that replays the run, what was missed and what was broken', () => {
    const failed: ScenarioResult = {
      ...sound,
      ok: false,
      missed: ['one component at the end'],
      violations: [{ rule: 'livelock', node: 'network', atMs: 12, detail: 'time stands' }],
    };
    expect(() => expectOk([sound, failed])).toThrow(
      [
        '1 of 2 runs failed',
        'npm run simulate -- --scenario kill-seeds --seed 17 --nodes 50 --seeds 3',
        '    one component at the end',
        '    livelock by network at 12 ms: time stands',
      ].join('\n'),
    );
  });
});
