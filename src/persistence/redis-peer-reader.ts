import type { Redis } from 'ioredis';

import type { StoredPeer } from '../core/address-book/stored-peer.ts';
import type { PeerAddress } from '../core/support/peer-address.ts';
import { LOADED_PEERS_MAX, PEER_VALUE, RECORD_BYTES_MAX, storedPeer } from './peer-entries.ts';
import type { RedisKeys } from './redis-keys.ts';

const SCAN_COUNT = 1_000;
const READ_CHUNK = 500;

/** Collects the peers of one namespace; `peers` grows while `read` runs, which may be cut short. */
export class RedisPeerReader {
  readonly #peers = new Map<string, StoredPeer>();
  #stopped = false;

  constructor(
    private readonly client: Redis,
    private readonly keys: RedisKeys,
  ) {}

  get peers(): StoredPeer[] {
    return [...this.#peers.values()];
  }

  /** Nothing is added any more. */
  stop(): void {
    this.#stopped = true;
  }

  /** Rejects when Redis fails on the way. */
  async read(): Promise<void> {
    if (this.#isDone()) return;
    let cursor = '0';
    do {
      const [next, found] = await this.client.scan(
        cursor,
        'MATCH',
        this.keys.peersPattern,
        'COUNT',
        SCAN_COUNT,
      );
      cursor = next;
      for (let at = 0; at < found.length; at += READ_CHUNK) {
        await this.#readChunk(found.slice(at, at + READ_CHUNK));
      }
    } while (cursor !== '0' && !this.#isDone());
  }

  /** GETRANGE bounds what a foreign value can cost; on a key of another type it is an error: skipped. */
  async #readChunk(found: readonly string[]): Promise<void> {
    const addresses = found
      .map((key) => this.keys.addressOf(key))
      .filter((address): address is PeerAddress => address !== undefined);
    if (addresses.length === 0 || this.#isDone()) return;
    const pipeline = this.client.pipeline();
    for (const { key } of addresses) {
      pipeline.getrange(this.keys.peer(key), 0, PEER_VALUE.length);
      pipeline.getrange(this.keys.record(key), 0, RECORD_BYTES_MAX);
    }
    const replies = (await pipeline.exec()) ?? [];
    for (const [index, address] of addresses.entries()) {
      if (this.#isDone()) return;
      if (textOf(replies[2 * index]) !== PEER_VALUE) continue;
      this.#peers.set(address.key, storedPeer(address, textOf(replies[2 * index + 1])));
    }
  }

  #isDone(): boolean {
    return this.#stopped || this.#peers.size >= LOADED_PEERS_MAX;
  }
}

function textOf(reply: [Error | null, unknown] | undefined): string | undefined {
  return reply !== undefined && reply[0] === null && typeof reply[1] === 'string'
    ? reply[1]
    : undefined;
}
