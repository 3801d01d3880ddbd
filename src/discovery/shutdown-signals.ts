import { START_LIMITS } from '../core/support/surface-limits.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
export type ShutdownSignalName = (typeof SIGNALS)[number];

/** A terminal and a package runner may each deliver one key press: not a second wish to stop. */
const SAME_PRESS_MS = 250;

/**
 * Remembers the first signal, from before Nest listens to any: as process 1 of a container the
 * default action does not exist, and a signal during the start would be lost. A start that then comes to
 * no end is given up. A second one ends the process at once.
 */
export class ShutdownSignals {
  private firstAtMs: number | undefined;
  private firstName: ShutdownSignalName | undefined;
  private abandonment: NodeJS.Timeout | undefined;
  private hasStarted = false;

  constructor(
    private readonly exit: (exitCode: number) => void,
    private readonly nowMs: () => number,
  ) {}

  /** The signal that has arrived, if any. */
  get received(): ShutdownSignalName | undefined {
    return this.firstName;
  }

  listen(): void {
    for (const signal of SIGNALS) process.on(signal, this.onSignal);
  }

  /** Whoever obeys the signals from now on ends the process in time. */
  started(): void {
    this.hasStarted = true;
    clearTimeout(this.abandonment);
  }

  stop(): void {
    clearTimeout(this.abandonment);
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
  }

  readonly onSignal = (signal: string): void => {
    if (this.firstAtMs === undefined) {
      this.firstAtMs = this.nowMs();
      this.firstName = signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM';
      if (!this.hasStarted) {
        this.abandonment = setTimeout(() => this.exit(0), START_LIMITS.abandonMs);
      }
    } else if (this.nowMs() - this.firstAtMs >= SAME_PRESS_MS) {
      this.exit(1);
    }
  };
}
