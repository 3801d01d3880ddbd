const CONFIDENCE = 0.95;
/** Halvings of [0, 1]: beyond what a double can tell apart. */
const HALVINGS = 60;

/**
 * One-sided 95 % upper bound of a chance, by Clopper and Pearson: with a greater chance than this, as
 * few failures as were seen have less than one chance in twenty. For no failures it is 1 − 0.05^(1/n),
 * about 3/n.
 */
export function chanceAtMost(failures: number, trials: number): number {
  if (failures >= trials) return 1;
  let low = 0;
  let high = 1;
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (low + high) / 2;
    if (chanceOfAtMost(failures, trials, middle) > 1 - CONFIDENCE) low = middle;
    else high = middle;
  }
  return high;
}

/** Chance of `failures` or fewer in `trials`, each failing with `chance`. */
function chanceOfAtMost(failures: number, trials: number, chance: number): number {
  let logTerm = trials * Math.log1p(-chance);
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= failures; k += 1) {
    logTerm += Math.log((trials - k + 1) / k) + Math.log(chance) - Math.log1p(-chance);
    sum += Math.exp(logTerm);
  }
  return sum;
}
