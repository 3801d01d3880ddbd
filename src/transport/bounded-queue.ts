/** Runs at most `runningMax` tasks at once, first come first served, and lets `waitingMax` wait. */
export class BoundedQueue {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly runningMax: number,
    private readonly waitingMax: number,
  ) {}

  /** @returns undefined, and does not run the task, when too many wait already. */
  run<T>(task: () => Promise<T>): Promise<T> | undefined {
    if (this.running < this.runningMax) return this.start(task);
    if (this.waiting.length >= this.waitingMax) return undefined;
    return new Promise<void>((resolve) => this.waiting.push(resolve)).then(() => this.start(task));
  }

  private async start<T>(task: () => Promise<T>): Promise<T> {
    this.running += 1;
    try {
      return await task();
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }
}
