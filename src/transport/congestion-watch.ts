import type { TcpConnection } from './tcp-connection.ts';

/** Fine enough to close a slow reader on time, coarse enough to cost nothing. */
const SWEEP_INTERVAL_MS = 250;

/**
 * Closes connections that stay congested for too long. One timer for all, and none while nobody is.
 */
export class CongestionWatch {
  private readonly since = new Map<TcpConnection, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly drainTimeoutMs: number) {}

  add(connection: TcpConnection): void {
    this.since.set(connection, performance.now());
    this.timer ??= setInterval(() => this.sweep(), SWEEP_INTERVAL_MS);
  }

  remove(connection: TcpConnection): void {
    this.since.delete(connection);
    if (this.since.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private sweep(): void {
    const overdue = performance.now() - this.drainTimeoutMs;
    for (const [connection, since] of this.since) {
      if (connection.relieveIfDrained() || since > overdue) continue;
      connection.fail('slow-reader', 'send-drain');
    }
  }
}
