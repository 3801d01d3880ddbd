import { performance } from 'node:perf_hooks';

import type { StoreChange, StoreHealth } from '../runtime/ports/peer-store.ts';
import { oversizedSentence } from './document-entries.ts';
import { LatestState, type StateBatch } from './latest-state.ts';

export interface WriteBehindOptions {
  /** Durable when it resolves. May reject with anything; must settle. */
  readonly write: (batch: StateBatch) => Promise<void>;
  /** One sentence without secrets about a failed write. */
  readonly describeFault: (error: unknown) => string;
  /** One sentence for the operator's log. */
  readonly warn?: ((sentence: string) => void) | undefined;
  /** The medium went (with the fault) or is back (without), however often either is noticed. */
  readonly onAvailability?: ((fault: string | undefined) => void) | undefined;
  /** What health says until the first of either. */
  readonly initialFault?: string;
  /** Keys per write: what may be encoded in one turn of the event loop. */
  readonly batchPeersMax: number;
  /** Pause after the first failed write; doubles up to `retryMaxMs`, with jitter. */
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
}

/** `close()` gives the last write this long. */
const CLOSE_FLUSH_MS = 1_800;

/**
 * Brings the latest state to a slow or failing medium: all changes of one turn of the event loop go
 * into one write, one write is in flight at a time, and what fails is tried again for ever.
 */
export class WriteBehind {
  readonly state: LatestState;
  readonly #options: WriteBehindOptions;
  readonly #listeners: ((seconds: number) => void)[] = [];
  #inFlight = 0;
  #running = false;
  #failedWrites = 0;
  #fault: string | undefined;
  #isAway = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: WriteBehindOptions) {
    this.#options = options;
    this.#fault = options.initialFault;
    this.state = new LatestState((name) => options.warn?.(oversizedSentence(name)));
  }

  apply(changes: readonly StoreChange[]): void {
    if (this.#closed) return;
    for (const change of changes) this.state.apply(change);
    this.#schedule();
  }

  /** Writes now what waits, for instance because the medium came back. */
  wake(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#schedule();
  }

  get idle(): boolean {
    return !this.#running && this.state.pending === 0;
  }

  /** A fault that was seen outside of a write, or `undefined` when the medium has shown that it works. */
  noteFault(fault: string | undefined): void {
    this.#fault = fault;
    const isAway = fault !== undefined;
    // That our own goodbye ends a connection is no news.
    if (isAway === this.#isAway || this.#closed) return;
    this.#isAway = isAway;
    this.#options.onAvailability?.(fault);
  }

  health(): StoreHealth {
    const pendingWrites = this.state.pending + this.#inFlight;
    if (this.#fault === undefined) return { up: true, pendingWrites };
    return { up: false, pendingWrites, detail: this.#fault };
  }

  onWrite(listener: (seconds: number) => void): void {
    this.#listeners.push(listener);
  }

  /** Writes what is pending, for at most 1.8 s, and stops. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    let deadline: NodeJS.Timeout | undefined;
    const timeUp = new Promise<void>((resolve) => {
      deadline = setTimeout(resolve, CLOSE_FLUSH_MS);
    });
    await Promise.race([this.#flush(), timeUp]);
    clearTimeout(deadline);
  }

  #schedule(): void {
    if (this.#running || this.#timer !== undefined || this.#closed) return;
    if (this.state.pending === 0) return;
    this.#running = true;
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    let written = true;
    while (written && this.state.pending > 0) written = await this.#writeBatch();
    this.#running = false;
    this.#flushed?.();
    if (!written && !this.#closed) this.#retryLater();
  }

  #flushed: (() => void) | undefined;

  /** Resolves after one attempt at everything that is pending. */
  #flush(): Promise<void> {
    return new Promise((resolve) => {
      this.#flushed = resolve;
      if (this.#running) return;
      this.#running = true;
      void this.#run();
    });
  }

  async #writeBatch(): Promise<boolean> {
    const batch = this.state.takeBatch(this.#options.batchPeersMax);
    this.#inFlight = batch.saves.length + batch.forgets.length + (batch.document ? 1 : 0);
    const startedAt = performance.now();
    try {
      await this.#options.write(batch);
    } catch (error) {
      this.state.putBack(batch);
      this.noteFault(this.#options.describeFault(error));
      this.#failedWrites += 1;
      return false;
    } finally {
      this.#inFlight = 0;
    }
    this.noteFault(undefined);
    this.#failedWrites = 0;
    const seconds = (performance.now() - startedAt) / 1_000;
    for (const listener of this.#listeners) listener(seconds);
    return true;
  }

  #retryLater(): void {
    const { retryMinMs, retryMaxMs } = this.#options;
    const delayMs = Math.min(retryMaxMs, retryMinMs * 2 ** Math.min(this.#failedWrites - 1, 16));
    const jittered = delayMs * (0.5 + Math.random() / 2);
    this.#timer = setTimeout(() => this.wake(), jittered).unref();
  }
}
