import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ClassicLevel } from 'classic-level';

import { openFilePeerStore } from '../../src/persistence/file-peer-store.ts';
import { createMemoryPeerStore } from '../../src/persistence/memory-peer-store.ts';
import { createRedisPeerStore } from '../../src/persistence/redis-peer-store.ts';
import type { PeerStore } from '../../src/runtime/ports/peer-store.ts';
import { RedisServer } from './redis-server.ts';

/** One kind of store for the contract suite; each `reset` gives an empty medium. */
export interface StoreKind {
  readonly name: string;
  /** Whether what was saved outlives the store object. */
  readonly lasting: boolean;
  start(): Promise<void>;
  reset(): Promise<void>;
  /** @param warn as the operator's log */
  open(warn?: (sentence: string) => void): Promise<PeerStore>;
  /** Puts raw entries where the store keeps its own, past the store. */
  plant(entries: Readonly<Record<string, string | Buffer>>): Promise<void>;
  /** All keys in the medium, without what the store puts before them. */
  rawKeys(): Promise<string[]>;
  stop(): Promise<void>;
}

export const memoryKind: StoreKind = {
  name: 'memory',
  lasting: false,
  start: () => Promise.resolve(),
  reset: () => Promise.resolve(),
  open: () => Promise.resolve(createMemoryPeerStore()),
  plant: () => Promise.reject(new Error('memory cannot be planted')),
  rawKeys: () => Promise.resolve([]),
  stop: () => Promise.resolve(),
};

export class FileKind implements StoreKind {
  readonly name = 'file';
  readonly lasting = true;
  dataDir = '';

  start(): Promise<void> {
    return Promise.resolve();
  }

  reset(): Promise<void> {
    this.#remove();
    this.dataDir = mkdtempSync(join(tmpdir(), 'vision-store-'));
    return Promise.resolve();
  }

  open(warn: (sentence: string) => void = () => {}): Promise<PeerStore> {
    return openFilePeerStore({ dataDir: this.dataDir, warn });
  }

  plant(entries: Readonly<Record<string, string | Buffer>>): Promise<void> {
    return this.#withLevel(async (level) => {
      for (const [key, value] of Object.entries(entries)) {
        await level.put<string, Buffer>(key, Buffer.from(value), { valueEncoding: 'buffer' });
      }
    });
  }

  async rawKeys(): Promise<string[]> {
    return this.#withLevel((level) => level.keys().all());
  }

  stop(): Promise<void> {
    this.#remove();
    return Promise.resolve();
  }

  async #withLevel<Result>(work: (level: ClassicLevel) => Promise<Result>): Promise<Result> {
    const level = new ClassicLevel(join(this.dataDir, 'peers'));
    await level.open();
    try {
      return await work(level);
    } finally {
      await level.close();
    }
  }

  #remove(): void {
    if (this.dataDir !== '') rmSync(this.dataDir, { recursive: true, force: true });
  }
}

/** The chain id and node name hold glob characters: they must not reach other nodes' keys. */
const REDIS_NAMESPACE = { keyPrefix: 'vision:', chainId: 'net*[a]', nodeName: 'node-?' };
const PREFIX = 'vision:net*[a]:node-?:';

export class RedisKind implements StoreKind {
  readonly name = 'redis';
  readonly lasting = true;
  #server: RedisServer | undefined;

  async start(): Promise<void> {
    this.#server = await RedisServer.start();
  }

  async reset(): Promise<void> {
    await this.server.run((client) => client.flushall());
  }

  open(warn: (sentence: string) => void = () => {}): Promise<PeerStore> {
    const { url } = this.server;
    return Promise.resolve(createRedisPeerStore({ url, warn, ...REDIS_NAMESPACE }));
  }

  async plant(entries: Readonly<Record<string, string | Buffer>>): Promise<void> {
    await this.server.run(async (client) => {
      for (const [key, value] of Object.entries(entries)) await client.set(PREFIX + key, value);
    });
  }

  async rawKeys(): Promise<string[]> {
    const keys = await this.server.run((client) => client.keys('*'));
    return keys.map((key) => (key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key)).sort();
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  get server(): RedisServer {
    if (this.#server === undefined) throw new Error('not started');
    return this.#server;
  }
}
