import { readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Target } from '../support/adversaries/adversary.ts';
import { letInAfterMs } from './honest-peers.ts';

const SAMPLE_EVERY_MS = 1_000;
const PROBE_EVERY_MS = 200;
const NEWCOMER_EVERY_MS = 2_000;
const LAG_RESOLUTION_MS = 10;
const PROBE_WITHIN_MS = 5_000;

/** One `/health/live` by a connection of its own, as a kubelet asks. */
interface Probe {
  readonly ms: number;
  readonly status: number;
}

/** What was seen of a node during one span of time. */
export class Watch {
  readonly residentBytes: number[] = [];
  readonly descriptors: number[] = [];
  /** `nodejs_eventloop_lag_p99_seconds`, which is that of the last whole second, in milliseconds. */
  readonly lagsMs: number[] = [];
  readonly probes: Probe[] = [];
  readonly newcomersMs: number[] = [];
  readonly limitHits = new Map<string, number>();
  /** Time that this process, which does little, waited for its own event loop: what the machine is worth. */
  private readonly own = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly running = new Set<Promise<void>>();
  private newcomers = 0;

  constructor(
    private readonly pid: number,
    private readonly target: Target,
  ) {
    this.own.enable();
    this.every(SAMPLE_EVERY_MS, () => this.sample());
    this.every(PROBE_EVERY_MS, () => this.probe());
    this.every(NEWCOMER_EVERY_MS, () => this.newcomer());
  }

  /** Ends when all that is under way has its answer. */
  async stop(): Promise<this> {
    for (const timer of this.timers) clearInterval(timer);
    this.own.disable();
    await Promise.all(this.running);
    return this;
  }

  get ownLagP99Ms(): number {
    return this.own.percentile(99) / 1e6;
  }

  private every(ms: number, act: () => Promise<void>): void {
    const run = (): void => {
      const work = act().catch(() => undefined);
      this.running.add(work);
      void work.finally(() => this.running.delete(work));
    };
    this.timers.push(setInterval(run, ms));
  }

  private async sample(): Promise<void> {
    this.residentBytes.push(residentBytesOf(this.pid));
    this.descriptors.push(descriptorsOf(this.pid));
    const metrics = (await request(this.target.opsPort, '/metrics')).text;
    const lag = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(metrics)?.[1];
    if (lag !== undefined) this.lagsMs.push(Number(lag) * 1_000);
    const hits = /^vision_p2p_limit_hits_total\{limit="([^"]+)"\} (\d+)$/gm;
    for (const [, limit = '', count] of metrics.matchAll(hits)) {
      if (count !== '0') this.limitHits.set(limit, Number(count));
    }
  }

  private async probe(): Promise<void> {
    const startedAt = performance.now();
    const status = await request(this.target.opsPort, '/health/live').then(
      (answer) => answer.status,
      () => 0,
    );
    this.probes.push({ ms: performance.now() - startedAt, status });
  }

  private async newcomer(): Promise<void> {
    this.newcomers += 1;
    const host = `110.${this.newcomers & 255}.${this.newcomers >> 8}.1`;
    this.newcomersMs.push(await letInAfterMs(host, this.target));
  }
}

export function residentBytesOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'ascii');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
}

export function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function request(port: number, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = get(
      { host: '127.0.0.1', port, path, agent: false, timeout: PROBE_WITHIN_MS },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
        answer.on('error', reject);
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', reject);
  });
}
