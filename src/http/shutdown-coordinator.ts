import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { ApplicationStatus } from '../discovery/application-status.ts';
import type { RunningNode } from '../runtime/running-node.ts';
import type { HttpListeners } from './http-listeners.ts';

/** Answers under way when the listeners close may take this long. */
const HTTP_GRACE_MS = 1_000;

/**
 * The one order in which an application ends: not ready at once, then no dials and no accepts,
 * goodbye to the peers, store flushed, sockets closed, and HTTP last, so that the probes are
 * answered all the while.
 */
export class ShutdownCoordinator implements BeforeApplicationShutdown {
  constructor(
    private readonly status: ApplicationStatus,
    private readonly node: RunningNode,
    private readonly listeners: HttpListeners,
    private readonly report: (message: string, signal?: string) => void,
  ) {}

  async beforeApplicationShutdown(signal?: string): Promise<void> {
    this.status.markDraining();
    this.report('Shutting down', signal);
    try {
      await this.node.stop();
    } finally {
      await this.listeners.close(HTTP_GRACE_MS);
    }
    this.report('Stopped');
  }
}
