import type { DocumentName } from '../core/address-book/stored-documents.ts';
import type { AddressKey } from '../core/support/brand.ts';
import type { PeerAddress } from '../core/support/peer-address.ts';
import { addressOfPeerKey, PEER_KEY, peerKey, recordKey } from './peer-entries.ts';

/** Names the keys of one node in a Redis that others use too: `<prefix><chain id>:<node name>:…`. */
export class RedisKeys {
  readonly #namespace: string;

  constructor(keyPrefix: string, chainId: string, nodeName: string) {
    this.#namespace = `${keyPrefix}${chainId}:${nodeName}:`;
  }

  peer(key: AddressKey): string {
    return this.#namespace + peerKey(key);
  }

  record(key: AddressKey): string {
    return this.#namespace + recordKey(key);
  }

  document(name: DocumentName): string {
    return this.#namespace + name;
  }

  /** The key of no peer, in this namespace: for trying whether a write is taken. */
  get nobody(): string {
    return this.#namespace + PEER_KEY;
  }

  /** Glob for SCAN that matches this namespace literally. */
  get peersPattern(): string {
    return `${(this.#namespace + PEER_KEY).replace(/[*?[\]\\^-]/g, '\\$&')}*`;
  }

  addressOf(key: string): PeerAddress | undefined {
    if (!key.startsWith(this.#namespace)) return undefined;
    return addressOfPeerKey(key.slice(this.#namespace.length));
  }
}
