import type { DocumentName, StoredDocuments } from '../../core/address-book/stored-documents.ts';
import type { PeerRecordEntry, StoredPeer } from '../../core/address-book/stored-peer.ts';
import type { PeerAddress } from '../../core/support/peer-address.ts';

export type StoreChange =
  | { readonly kind: 'save'; readonly address: PeerAddress; readonly record: PeerRecordEntry }
  | { readonly kind: 'forget'; readonly address: PeerAddress }
  | { readonly kind: 'document'; readonly name: DocumentName; readonly text: string };

/** What a start reads. */
export interface StoredState {
  readonly peers: readonly StoredPeer[];
  /** Only those that are there and readable; an empty text counts as none. */
  readonly documents: StoredDocuments;
}

export interface StoreHealth {
  readonly up: boolean;
  /** Changes accepted but not yet durable. */
  readonly pendingWrites: number;
  /** Of the last fault, for a person; absent when up. No secrets. */
  readonly detail?: string;
}

/**
 * Remembers verified peers as `peer:host:port` → "1" and `record:host:port` → JSON, and documents as
 * texts under their names, the same keys in every store. A fault never reaches the caller: a store that
 * cannot write keeps the latest state and says so in `health()`.
 */
export interface PeerStore {
  readonly kind: 'file' | 'redis' | 'memory';
  /**
   * Reads everything. Called once, before the first `apply`. A store that is away answers with nothing
   * within 2 s; damaged and oversized values are skipped.
   * @throws VisionError VN_ERR_DATA_DIR when the directory cannot be used at all (file store).
   */
  load(): Promise<StoredState>;
  /** Durable ≤ 1 s later while the store is up; peers before documents. Never throws. */
  apply(changes: readonly StoreChange[]): void;
  health(): StoreHealth;
  /** Called with the seconds that each durable write took. */
  onWrite(listener: (seconds: number) => void): void;
  /** Writes what is pending (≤ 2 s) and closes. Idempotent. */
  close(): Promise<void>;
}
