import type { Spread } from './graph.ts';

/** One moment of a run, as a plot shows it. */
export interface Moment {
  readonly virtualMs: number;
  /** That run. */
  readonly nodes: number;
  readonly components: number;
  readonly outbound: Spread;
  /** Of all outbound connections of honest nodes, 0 to 1; absent in scenarios without an attacker. */
  readonly attackerShare?: number;
}

/** As many as a plot can show; then every second one is dropped, and the pause doubles. */
const MOMENTS_MAX = 1_200;

/** The course of a run: filled while it goes, drawn afterwards. Bounded, however long the run. */
export class Timeline {
  private kept: Moment[] = [];
  private pauseMs = 100;
  private nextAt = 0;

  get moments(): readonly Moment[] {
    return this.kept;
  }

  isDue(virtualMs: number): boolean {
    return virtualMs >= this.nextAt;
  }

  add(moment: Moment): void {
    this.kept.push(moment);
    if (this.kept.length >= MOMENTS_MAX) {
      this.kept = this.kept.filter((_, index) => index % 2 === 0);
      this.pauseMs *= 2;
    }
    this.nextAt = moment.virtualMs + this.pauseMs;
  }
}
