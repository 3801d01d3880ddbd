import type { ScenarioResult } from '../simulation/scenario.ts';
import type { Moment } from '../simulation/timeline.ts';
import { linearAxis, logAxis, STEPS_OF_SLOTS, timeAxis, type Axis } from './plot-axis.ts';

/** Sizes in pixels. */
const WIDTH = 900;
const LEFT = 68;
const RIGHT = 24;
const TOP = 92;
const BOTTOM = 52;
const PANEL_HEIGHT = 180;
const PANEL_GAP = 62;
const PLOT_WIDTH = WIDTH - LEFT - RIGHT;
const TIME_TICKS = 10;
const VALUE_TICKS = 6;
const VERDICT_LENGTH_MAX = 120;

const INK = '#1f2933';
const PALE_INK = '#52606d';
const GRID = '#e4e7eb';

interface Line {
  readonly label: string;
  readonly colour: string;
  readonly values: readonly number[];
}

interface Panel {
  readonly title: string;
  /** What stands beside the vertical axis: the unit. */
  readonly unit: string;
  readonly axis: Axis;
  /** Drawn below the lines. */
  readonly band?: Omit<Line, 'values'> & {
    readonly low: readonly number[];
    readonly high: readonly number[];
  };
  readonly lines: readonly Line[];
}

/** The course of a run as one self-contained SVG: panels above each other over one axis of time. */
export function plotOf(result: ScenarioResult, moments: readonly Moment[]): string {
  const panels = panelsOf(moments);
  const times = moments.map((moment) => moment.virtualMs / 1_000);
  const time = timeAxis(Math.max(1, times.at(-1) ?? 1), TIME_TICKS);
  const foot = panelTop(panels.length) - PANEL_GAP;
  const height = foot + BOTTOM;
  const size = `width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"`;
  const font = 'font-family="Helvetica, Arial, sans-serif" font-size="12"';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${font} fill="${INK}">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...heading(result),
    ...panels.flatMap((panel, index) => panelParts(panel, panelTop(index), times, time)),
    ...time.ticks.map(({ value, label }) =>
      text(LEFT + time.shareOf(value) * PLOT_WIDTH, foot + 18, label, 'text-anchor="middle"'),
    ),
    text(LEFT + PLOT_WIDTH / 2, foot + 38, `virtual time, ${time.unit}`, 'text-anchor="middle"'),
    '</svg>\n',
  ].join('\n');
}

function panelsOf(moments: readonly Moment[]): Panel[] {
  const nodes = moments.map((moment) => moment.nodes);
  const outbound = moments.map((moment) => moment.outbound);
  const high = outbound.map(({ max }) => max);
  const panels: Panel[] = [
    {
      title: 'Running nodes and their connected components',
      unit: 'number, log scale',
      axis: logAxis(Math.max(1, ...nodes)),
      lines: [
        { label: 'running nodes', colour: '#9aa5b1', values: nodes },
        {
          label: 'components',
          colour: '#c0392b',
          values: moments.map((moment) => moment.components),
        },
      ],
    },
    {
      title: 'Outbound connections of one node',
      unit: 'connections',
      axis: linearAxis(Math.max(16, ...high), VALUE_TICKS, STEPS_OF_SLOTS),
      band: {
        label: 'least to greatest',
        colour: '#bcd4ee',
        low: outbound.map(({ min }) => min),
        high,
      },
      lines: [{ label: 'median', colour: '#1f5fa8', values: outbound.map(({ median }) => median) }],
    },
  ];
  return [...panels, ...attackerPanel(moments)];
}

function attackerPanel(moments: readonly Moment[]): Panel[] {
  if (moments.every((moment) => moment.attackerShare === undefined)) return [];
  const values = moments.map((moment) => 100 * (moment.attackerShare ?? 0));
  return [
    {
      title: 'Outbound connections of honest nodes that lead to the attacker',
      unit: '% of all',
      axis: linearAxis(Math.max(10, ...values), VALUE_TICKS),
      lines: [{ label: 'share of the attacker', colour: '#7d3c98', values }],
    },
  ];
}

function heading(result: ScenarioResult): string[] {
  const { scenario, nodes, seeds, seed, ok, missed } = result;
  const what = `${scenario}: ${nodes} nodes, ${seeds} of them seeds, run with seed ${seed}`;
  const verdict = ok ? 'ok' : `FAILED: ${missed.join('; ') || 'a rule was broken'}`;
  const short =
    verdict.length > VERDICT_LENGTH_MAX ? `${verdict.slice(0, VERDICT_LENGTH_MAX)}…` : verdict;
  const colour = ok ? '#1e7e45' : '#c0392b';
  return [
    text(LEFT, 30, what, 'font-size="17" font-weight="bold"'),
    text(LEFT, 50, short, `fill="${colour}"`),
  ];
}

function panelParts(panel: Panel, top: number, times: readonly number[], time: Axis): string[] {
  const bottom = top + PANEL_HEIGHT;
  const x = (seconds: number): number => LEFT + time.shareOf(seconds) * PLOT_WIDTH;
  const y = (value: number): number => bottom - panel.axis.shareOf(value) * PANEL_HEIGHT;
  const points = (values: readonly number[]): string[] =>
    values.map((value, index) => `${round(x(times[index] ?? 0))},${round(y(value))}`);
  const grid = panel.axis.ticks.flatMap(({ value, label }) => [
    line([LEFT, y(value)], [WIDTH - RIGHT, y(value)], GRID),
    text(LEFT - 8, y(value) + 4, label, 'text-anchor="end"'),
  ]);
  const uprights = time.ticks.map(({ value }) => line([x(value), top], [x(value), bottom], GRID));
  const { band } = panel;
  const area = band && [...points(band.low), ...points(band.high).toReversed()].join(' ');
  return [
    text(LEFT, top - 10, panel.title, 'font-weight="bold"'),
    ...legend(panel, top - 10),
    ...uprights,
    ...grid,
    ...(band === undefined ? [] : [`<polygon points="${area}" fill="${band.colour}"/>`]),
    ...panel.lines.map(
      ({ colour, values }) =>
        `<polyline points="${points(values).join(' ')}" fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round"/>`,
    ),
    line([LEFT, top], [LEFT, bottom], PALE_INK),
    line([LEFT, bottom], [WIDTH - RIGHT, bottom], PALE_INK),
    text(0, 0, panel.unit, `text-anchor="middle" transform="${upwards(16, top)}"`),
  ];
}

/** From the right edge to the left. */
function legend({ lines, band }: Panel, y: number): string[] {
  const keys = [...lines, ...(band === undefined ? [] : [band])];
  let right = WIDTH - RIGHT;
  return keys.toReversed().flatMap(({ label, colour }) => {
    const left = right - label.length * LETTER_WIDTH;
    right = left - 36;
    const isBand = band?.label === label;
    const swatch = `<rect x="${round(left - 22)}" y="${y - (isBand ? 9 : 5)}" width="16" height="${isBand ? 10 : 3}" fill="${colour}"/>`;
    return [swatch, text(left, y, label)];
  });
}

/** Of 12 px Helvetica, on average and with some room. */
const LETTER_WIDTH = 6.4;

function upwards(x: number, panelTopY: number): string {
  return `translate(${x} ${panelTopY + PANEL_HEIGHT / 2}) rotate(-90)`;
}

function panelTop(index: number): number {
  return TOP + index * (PANEL_HEIGHT + PANEL_GAP);
}

type Point = readonly [x: number, y: number];

function line([x1, y1]: Point, [x2, y2]: Point, colour: string): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${colour}"/>`;
}

function text(x: number, y: number, words: string, attributes = ''): string {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escaped}</text>`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
