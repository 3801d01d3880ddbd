import type { ScenarioResult } from '../simulation/scenario.ts';
import { Timeline, type Moment } from '../simulation/timeline.ts';
import { plotOf } from './simulate-plot.ts';

const result: ScenarioResult = {
  scenario: 'kill-seeds',
  nodes: 50,
  seeds: 3,
  seed: 17,
  ok: false,
  trace_hash: '0000000000000000',
  components: 1,
  outbound: { min: 8, median: 16, max: 16 },
  virtual_seconds: 40,
  figures: {},
  missed: ['minimum < 8 & rising'],
  violations: [],
  replay: '',
};

const momentAt = (virtualMs: number, more: Partial<Moment> = {}): Moment => ({
  virtualMs,
  nodes: 50,
  components: 1,
  outbound: { min: 8, median: 12, max: 16 },
  ...more,
});

describe('the plot of a run', () => {
  it('is one picture with titles, units, a legend and a point per moment', () => {
    const svg = plotOf(result, [momentAt(0), momentAt(1_000), momentAt(2_000)]);
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true);
    expect(svg.trimEnd().endsWith('</svg>')).toBe(true);
    for (const words of ['components', 'least to greatest', 'median', 'virtual time, s']) {
      expect(svg).toContain(`>${words}</text>`);
    }
    const [points = ''] = /(?<=<polyline points=")[^"]*/.exec(svg) ?? [];
    expect(points.split(' ')).toHaveLength(3);
    expect(svg).not.toContain('attacker');
    expect(svg).not.toContain('NaN');
  });

  it('says what was missed, as text and not as markup', () => {
    expect(plotOf(result, [momentAt(0)])).toContain('FAILED: minimum &lt; 8 &amp; rising');
  });

  it('shows the share of an attacker where there is one', () => {
    const svg = plotOf(result, [momentAt(0), momentAt(1_000, { attackerShare: 0.5 })]);
    expect(svg).toContain('share of the attacker');
  });

  it('of a run without a moment is empty, not broken', () => {
    expect(plotOf(result, [])).not.toContain('NaN');
  });
});

describe('the course of a run', () => {
  it('is kept in bounded space, evenly spread over its time', () => {
    const timeline = new Timeline();
    for (let at = 0; at < 1_000_000; at += 100) {
      if (timeline.isDue(at)) timeline.add(momentAt(at));
    }
    const times = timeline.moments.map((moment) => moment.virtualMs);
    expect(times.length).toBeLessThan(1_200);
    expect(times.length).toBeGreaterThan(500);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(3 * Math.min(...gaps));
  });
});
