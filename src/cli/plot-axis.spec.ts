import { linearAxis, logAxis, STEPS_OF_SLOTS, timeAxis } from './plot-axis.ts';

const labels = (axis: { ticks: readonly { label: string }[] }): string[] =>
  axis.ticks.map((tick) => tick.label);

describe('an axis', () => {
  it('names round numbers from zero to the greatest value', () => {
    expect(labels(linearAxis(10, 6))).toEqual(['0', '2', '4', '6', '8', '10']);
    expect(labels(linearAxis(16, 6, STEPS_OF_SLOTS))).toEqual(['0', '4', '8', '12', '16']);
    expect(labels(linearAxis(0.3, 6))).toEqual(['0', '0.05', '0.1', '0.15', '0.2', '0.25', '0.3']);
  });

  it('keeps every value within its length', () => {
    expect(linearAxis(16, 6).shareOf(16)).toBeLessThan(1);
    expect(logAxis(1_000).shareOf(1_000)).toBeLessThan(1);
    expect(logAxis(1_000).shareOf(0)).toBe(0);
  });

  it('of counts goes by powers of ten', () => {
    expect(labels(logAxis(1_500))).toEqual(['1', '10', '100', '1,000']);
    expect(labels(logAxis(3))).toEqual(['1', '3']);
  });

  it('of time chooses its unit by how long the run is', () => {
    expect(timeAxis(60, 10)).toMatchObject({ unit: 's' });
    expect(timeAxis(720, 10)).toMatchObject({ unit: 'min' });
    expect(labels(timeAxis(720, 10))).toEqual(['0', '2', '4', '6', '8', '10', '12']);
    expect(timeAxis(86_400, 10)).toMatchObject({ unit: 'h' });
    expect(timeAxis(60, 10).shareOf(60)).toBe(1);
  });
});
