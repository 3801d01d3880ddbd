import type { HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';

const TICK_MS = 1_000;
const EVENT_LOOP_LAG_MAX_MS = 5_000;

/** Whether this process still turns: a timer that fires seconds late means that it does not. */
export class EventLoopIndicator {
  private tickedAtMs: number;
  private lastLagMs = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly health: HealthIndicatorService,
    private readonly nowMs: () => number,
  ) {
    this.tickedAtMs = nowMs();
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.timer.unref();
  }

  check(): HealthIndicatorResult {
    const overdueMs = this.nowMs() - this.tickedAtMs - TICK_MS;
    const lag_ms = Math.max(0, Math.round(Math.max(this.lastLagMs, overdueMs)));
    const indicator = this.health.check('event_loop');
    return lag_ms < EVENT_LOOP_LAG_MAX_MS ? indicator.up({ lag_ms }) : indicator.down({ lag_ms });
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Once a second; also called by tests. */
  tick(): void {
    const now = this.nowMs();
    this.lastLagMs = now - this.tickedAtMs - TICK_MS;
    this.tickedAtMs = now;
  }
}
