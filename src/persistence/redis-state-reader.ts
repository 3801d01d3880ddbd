import type { Redis } from 'ioredis';

import type { DocumentName } from '../core/address-book/stored-documents.ts';
import type { StoredPeer } from '../core/address-book/stored-peer.ts';
import type { PeerAddress } from '../core/support/peer-address.ts';
import type { StoredState } from '../runtime/ports/peer-store.ts';
import { DOCUMENT_BYTES_MAX, documentsOf, type DocumentValue } from './document-entries.ts';
import { LOADED_PEERS_MAX, PEER_VALUE, RECORD_BYTES_MAX, storedPeer } from './peer-entries.ts';
import type { RedisKeys } from './redis-keys.ts';

const SCAN_COUNT = 1_000;
const READ_CHUNK = 500;

/** Small, and what a start is safest with: read before the peers. The snapshot may be megabytes. */
const DOCUMENTS_FIRST: readonly DocumentName[] = ['anchors', 'bans'];
const DOCUMENTS_LAST: readonly DocumentName[] = ['book:snapshot'];

/** Collects the state of one namespace; it grows while `read` runs, which may be cut short. */
export class RedisStateReader {
  readonly #peers = new Map<string, StoredPeer>();
  readonly #values = new Map<DocumentName, DocumentValue>();
  #stopped = false;

  constructor(
    private readonly client: Redis,
    private readonly keys: RedisKeys,
  ) {}

  /** @param warn gets one sentence for each document that is not readable */
  state(warn: (sentence: string) => void): StoredState {
    return {
      peers: [...this.#peers.values()],
      documents: documentsOf((name) => this.#values.get(name), warn),
    };
  }

  /** Nothing is added any more. */
  stop(): void {
    this.#stopped = true;
  }

  /** Rejects when Redis fails on the way. */
  async read(): Promise<void> {
    for (const name of DOCUMENTS_FIRST) await this.#readDocument(name);
    await this.#readPeers();
    for (const name of DOCUMENTS_LAST) await this.#readDocument(name);
  }

  /** The length is asked for first: what is too long never crosses the line. */
  async #readDocument(name: DocumentName): Promise<void> {
    if (this.#stopped) return;
    const key = this.keys.document(name);
    const [length] = (await this.client.pipeline().strlen(key).exec()) ?? [];
    // A key of another type is an error: not ours, passed over.
    if (length === undefined || length[0] !== null || length[1] === 0) return;
    const isOversized = Number(length[1]) > DOCUMENT_BYTES_MAX;
    const value = isOversized
      ? 'oversized'
      : await this.client.getrangeBuffer(key, 0, DOCUMENT_BYTES_MAX);
    if (!this.#stopped) this.#values.set(name, value);
  }

  async #readPeers(): Promise<void> {
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
      const peer = peerOfReplies(address, replies[2 * index], replies[2 * index + 1]);
      if (peer !== undefined) this.#peers.set(address.key, peer);
    }
  }

  #isDone(): boolean {
    return this.#stopped || this.#peers.size >= LOADED_PEERS_MAX;
  }
}

type Reply = readonly [error: Error | null, value: unknown];

/** The peer of an address by what Redis has under its two keys, if it is one. */
export function peerOfReplies(
  address: PeerAddress,
  value: Reply | undefined,
  record: Reply | undefined,
): StoredPeer | undefined {
  return textOf(value) === PEER_VALUE ? storedPeer(address, textOf(record)) : undefined;
}

function textOf(reply: Reply | undefined): string | undefined {
  return reply !== undefined && reply[0] === null && typeof reply[1] === 'string'
    ? reply[1]
    : undefined;
}
