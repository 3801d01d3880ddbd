/** What must hold in every run; each has a checker and a test with a planted fault. */
export const RULES = [
  'outbound-above-maximum',
  'inbound-above-maximum',
  'connected-to-itself',
  'duplicate-connection',
  'ends-disagree',
  'unverified-peer-saved',
  'unverified-peer-listed',
  'dial-outside-network',
  'dialled-itself-again',
  'dialled-banned-again',
  'dialled-too-often',
  'effect-on-ended-connection',
  'deadline-in-the-past',
  'state-unbounded',
  'livelock',
] as const;
export type Rule = (typeof RULES)[number];

export interface Violation {
  readonly rule: Rule;
  /** Name of the node. */
  readonly node: string;
  readonly atMs: number;
  readonly detail: string;
}

const VIOLATIONS_KEPT_MAX = 50;

/** Collects what the checkers find: each rule once per node, so that one fault does not drown another. */
export class ViolationLog {
  readonly found: Violation[] = [];
  private readonly seen = new Set<string>();

  add(violation: Violation): void {
    const key = `${violation.rule} ${violation.node}`;
    if (this.seen.has(key) || this.found.length >= VIOLATIONS_KEPT_MAX) return;
    this.seen.add(key);
    this.found.push(violation);
  }
}
