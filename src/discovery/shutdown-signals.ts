const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
export type ShutdownSignalName = (typeof SIGNALS)[number];

/** A terminal and a package runner may each deliver one key press: not a second wish to stop. */
const SAME_PRESS_MS = 250;

/**
 * Remembers the first signal, from before Nest listens to any: as process 1 of a container the
 * default action does not exist, and a signal during the start would be lost. A second one ends the
 * process at once.
 */
export class ShutdownSignals {
  private firstAtMs: number | undefined;
  private firstName: ShutdownSignalName | undefined;

  constructor(
    private readonly exitAtOnce: () => void,
    private readonly nowMs: () => number,
  ) {}

  /** The signal that has arrived, if any. */
  get received(): ShutdownSignalName | undefined {
    return this.firstName;
  }

  listen(): void {
    for (const signal of SIGNALS) process.on(signal, this.onSignal);
  }

  stop(): void {
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
  }

  readonly onSignal = (signal: string): void => {
    if (this.firstAtMs === undefined) {
      this.firstAtMs = this.nowMs();
      this.firstName = signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM';
    } else if (this.nowMs() - this.firstAtMs >= SAME_PRESS_MS) {
      this.exitAtOnce();
    }
  };
}
