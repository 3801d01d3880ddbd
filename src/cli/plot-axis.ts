/** Where values stand on an axis, as a share of its length, and which of them are written beside it. */
export interface Axis {
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
  readonly shareOf: (value: number) => number;
}

const STEPS = [1, 2, 5, 10];
/** Where minimum and maximum are 8 and 16. */
export const STEPS_OF_SLOTS = [1, 2, 4, 8];
const HEADROOM = 1.06;

/** From 0 to a little over `greatest`, with at most `ticksMax` + 1 round numbers. */
export function linearAxis(greatest: number, ticksMax: number, steps = STEPS): Axis {
  const step = roundStep(greatest / ticksMax, steps);
  const end = greatest * HEADROOM;
  const count = Math.floor(end / step + 1e-9);
  const ticks = Array.from({ length: count + 1 }, (_, index) => tick(index * step));
  return { ticks, shareOf: (value) => value / end };
}

/** From 0 to `end` seconds, without headroom; minutes or hours when there are many. */
export function timeAxis(endS: number, ticksMax: number): Axis & { readonly unit: string } {
  const [unit, seconds] = endS > 7_200 ? ['h', 3_600] : endS > 240 ? ['min', 60] : ['s', 1];
  const step = roundStep(endS / seconds / ticksMax, STEPS);
  const count = Math.floor(endS / seconds / step + 1e-9);
  const ticks = Array.from({ length: count + 1 }, (_, index) => ({
    value: index * step * seconds,
    label: String(Number((index * step).toPrecision(6))),
  }));
  return { ticks, shareOf: (value) => value / endS, unit };
}

/** From 1 to a little over `greatest`, with the powers of ten; what is less than 1 stands at the foot. */
export function logAxis(greatest: number): Axis {
  const end = Math.log10(Math.max(greatest, 2)) * HEADROOM;
  const powers = Array.from({ length: Math.floor(end) + 1 }, (_, index) => 10 ** index);
  const values = powers.length > 1 ? powers : [1, Math.max(2, Math.floor(greatest))];
  return {
    ticks: values.map(tick),
    shareOf: (value) => Math.log10(Math.max(value, 1)) / end,
  };
}

/** The least of `steps` times a power of ten that is not below `least`. */
function roundStep(least: number, steps: readonly number[]): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = steps.find((step) => step * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function tick(value: number): { value: number; label: string } {
  const rounded = Number(value.toPrecision(6));
  return { value: rounded, label: rounded.toLocaleString('en-US') };
}
