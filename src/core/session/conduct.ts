import type { Millis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';

/** What a peer can do wrong without its connection being useless at once; one table of what it costs. */
export const FAULT_SCORES = {
  /** Not the protocol: a version of ours never sends it. */
  malformed: -30,
  /** Asked for too much for too long. */
  'rate-limited': -20,
  /** A list that nobody asked for. */
  'unsolicited-list': -10,
  /** An announcement whose work or signature is not there: costs us a check each. */
  'invalid-announcement': -5,
  /** A record of a node about itself that it has not signed, or that is none. */
  'invalid-record': -5,
  /** An address that may never be dialled: a list of them is no accident. */
  'forbidden-address': -1,
  /** Says that it is somebody else. */
  'identity-mismatch': -30,
} as const;
export type Fault = keyof typeof FAULT_SCORES;

/** Nothing is worse. */
const SCORE_MIN = -100;

export interface ScoreState {
  readonly score: number;
  readonly at: Millis;
}

export const NO_FAULT: ScoreState = { score: 0, at: 0 as Millis };

/** The score at `now`: half of what was wrong is forgotten each `scoreHalfLifeMs`. */
export function scoreAt(state: ScoreState, limits: NodeLimits, now: Millis): number {
  const ageMs = Math.max(0, now - state.at);
  return state.score * 0.5 ** (ageMs / limits.scoreHalfLifeMs);
}

/** The score after one more fault, −100 … 0. */
export function withFault(
  state: ScoreState,
  fault: Fault,
  limits: NodeLimits,
  now: Millis,
): ScoreState {
  const score = Math.max(SCORE_MIN, scoreAt(state, limits, now) + FAULT_SCORES[fault]);
  return { score, at: now };
}
