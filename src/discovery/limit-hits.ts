import type { LimitName } from '../core/support/limits.ts';

type Listener = (limit: LimitName) => void;

/** Bounds of the process's own surface that were met; those of the node are events of it. */
export class LimitHits {
  private listener: Listener = () => undefined;

  /** From now on this one is told, and nobody else. */
  listen(listener: Listener): void {
    this.listener = listener;
  }

  met(limit: LimitName): void {
    this.listener(limit);
  }
}
