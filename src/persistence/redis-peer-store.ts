import { performance } from 'node:perf_hooks';

import type { Redis } from 'ioredis';

import type {
  PeerStore,
  StoreChange,
  StoredState,
  StoreHealth,
} from '../runtime/ports/peer-store.ts';
import { redisClient } from './redis-client.ts';
import { holdsAll, writeBatch } from './redis-commands.ts';
import { redisFaultCode, redisFaultSentence, wantsReconnect } from './redis-faults.ts';
import { RedisKeys } from './redis-keys.ts';
import { RedisStateReader } from './redis-state-reader.ts';
import { WriteBehind } from './write-behind.ts';

export interface RedisPeerStoreOptions {
  /** `redis://` or `rediss://`; may hold a password. */
  readonly url: string;
  readonly keyPrefix: string;
  readonly chainId: string;
  /** Unlike that of every other node of the chain that uses this Redis. */
  readonly nodeName: string;
  /** PEM of the authority of a `rediss://` server; absent: the platform's. */
  readonly tlsCa?: string;
  /** One sentence for the operator's log. */
  readonly warn?: (sentence: string) => void;
  /** Once when Redis goes away, with one sentence without secrets, and once when it is back, without. */
  readonly onAvailability?: (fault: string | undefined) => void;
}

/** One MSET of this many peers is ≈ 100 KiB. */
const WRITE_OPTIONS = { batchPeersMax: 500, retryMinMs: 250, retryMaxMs: 2_000 };
/** The port promises an answer within 2 s. */
const LOAD_TIMEOUT_MS = 1_800;
/** An emptied or stuck Redis is noticed this soon: with a reconnection and a rewrite still ≤ 10 s. */
const PROBE_INTERVAL_MS = 4_000;
const PROBE_KEYS = 64;
const RECONNECT_INTERVAL_MS = 3_000;

class RedisPeerStore implements PeerStore {
  readonly kind = 'redis';
  readonly #client: Redis;
  readonly #keys: RedisKeys;
  readonly #writes: WriteBehind;
  readonly #warn: (sentence: string) => void;
  readonly #probeTimer: NodeJS.Timeout;
  #probeStart = 0;
  #reconnectedAt = Number.NEGATIVE_INFINITY;
  #closing: Promise<void> | undefined;

  constructor(options: RedisPeerStoreOptions) {
    this.#client = redisClient(options.url, options.tlsCa);
    this.#keys = new RedisKeys(options.keyPrefix, options.chainId, options.nodeName);
    this.#warn = options.warn ?? (() => {});
    this.#writes = new WriteBehind({
      ...WRITE_OPTIONS,
      warn: this.#warn,
      write: (batch) => writeBatch(this.#client, this.#keys, batch),
      describeFault: (error) => this.#describeFault(error),
      onAvailability: options.onAvailability,
      initialFault: 'Redis: not connected yet',
    });
    this.#client.on('error', (error) => this.#noteFault(error));
    this.#client.on('close', () => this.#noteClosed());
    this.#client.on('ready', () => this.#onReady());
    this.#client.connect().catch((error: unknown) => this.#noteFault(error));
    this.#probeTimer = setInterval(() => void this.#probe(), PROBE_INTERVAL_MS).unref();
  }

  async load(): Promise<StoredState> {
    const reader = new RedisStateReader(this.#client, this.#keys);
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LOAD_TIMEOUT_MS);
    });
    const reading = this.#ready()
      .then(() => reader.read())
      .catch((error: unknown) => this.#noteFault(error));
    await Promise.race([reading, timeUp]);
    clearTimeout(timer);
    reader.stop();
    const loaded = reader.state(this.#warn);
    this.#writes.state.addLoaded(loaded);
    return loaded;
  }

  apply(changes: readonly StoreChange[]): void {
    this.#writes.apply(changes);
  }

  health(): StoreHealth {
    return this.#writes.health();
  }

  onWrite(listener: (seconds: number) => void): void {
    this.#writes.onWrite(listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#probeTimer);
    await this.#writes.close();
    this.#client.disconnect();
  }

  #ready(): Promise<void> {
    if (this.#client.status === 'ready') return Promise.resolve();
    return new Promise((resolve) => this.#client.once('ready', resolve));
  }

  /** Redis may have restarted empty, or be another one: it gets all that this node knows. */
  #onReady(): void {
    this.#rewrite();
    void this.#probe();
  }

  /** Shows in an idle time that Redis still takes writes and still has what it was given. */
  async #probe(): Promise<void> {
    if (!this.#writes.idle || this.#client.status !== 'ready') return;
    const { keys: peers, next } = this.#writes.state.window(this.#probeStart, PROBE_KEYS);
    const documents = this.#writes.state.sizedDocuments();
    this.#probeStart = next;
    try {
      const complete = await holdsAll(this.#client, this.#keys, { peers, documents });
      this.#writes.noteFault(undefined);
      if (!complete) this.#rewrite();
    } catch (error) {
      this.#noteFault(error);
    }
  }

  #rewrite(): void {
    this.#writes.state.rewriteAll();
    this.#writes.wake();
  }

  #noteFault(error: unknown): void {
    this.#writes.noteFault(this.#describeFault(error));
  }

  /** The reason that an error gave just before says more. */
  #noteClosed(): void {
    if (this.#writes.health().up) this.#writes.noteFault(redisFaultSentence('CLOSED'));
  }

  #describeFault(error: unknown): string {
    const code = redisFaultCode(error);
    if (wantsReconnect(code)) this.#reconnect();
    if (code === 'CLOSED') return this.#writes.health().detail ?? redisFaultSentence(code);
    return redisFaultSentence(code);
  }

  /** At intervals: a server that is slow or read-only for long is not to be met ten times a second. */
  #reconnect(): void {
    const now = performance.now();
    if (this.#client.status !== 'ready' || now - this.#reconnectedAt < RECONNECT_INTERVAL_MS)
      return;
    this.#reconnectedAt = now;
    this.#client.disconnect(true);
  }
}

/**
 * Peers and documents in Redis, written behind. Redis may be away at any time: `load()` then gives what could be
 * read in 1.8 s, changes are kept, and the whole state is written when it is back.
 * @throws VisionError VN_ERR_CONFIG when the URL is malformed.
 */
export function createRedisPeerStore(options: RedisPeerStoreOptions): PeerStore {
  return new RedisPeerStore(options);
}
