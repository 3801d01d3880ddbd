import type { DocumentName, StoredDocuments } from '../core/address-book/stored-documents.ts';
import type { PeerRecordEntry, StoredPeer } from '../core/address-book/stored-peer.ts';
import type { PeerAddress } from '../core/support/peer-address.ts';
import { uniform, type RandomSource } from '../core/support/random-source.ts';
import type { EventQueue } from './event-queue.ts';

/** The contract of `save-peer`: durable within 1 s. */
const DURABLE_WITHIN_MS = 1_000;

type Change =
  | { readonly kind: 'save'; readonly peer: StoredPeer }
  | { readonly kind: 'forget'; readonly key: string }
  | { readonly kind: 'document'; readonly name: DocumentName; readonly text: string };

/**
 * The disk of one node: it outlives the node's process. Changes become durable together, in order,
 * within a second; a crash loses the ones that are not yet.
 */
export class SimulatedStore {
  private readonly durable = new Map<string, StoredPeer>();
  private readonly texts = new Map<DocumentName, string>();
  private pending: Change[] = [];
  private batch = 0;

  constructor(
    private readonly queue: EventQueue,
    private readonly random: RandomSource,
  ) {}

  save(address: PeerAddress, record: PeerRecordEntry): void {
    this.add({ kind: 'save', peer: { address, record } });
  }

  forget(address: PeerAddress): void {
    this.add({ kind: 'forget', key: address.key });
  }

  saveDocument(name: DocumentName, text: string): void {
    this.add({ kind: 'document', name, text });
  }

  documents(): StoredDocuments {
    return Object.fromEntries(this.texts);
  }

  /** What a start of the node reads. */
  load(): StoredPeer[] {
    return [...this.durable.values()];
  }

  /** Canonical addresses that a start of the node would read. */
  keys(): readonly string[] {
    return [...this.durable.keys()];
  }

  /** An orderly stop: everything becomes durable. */
  flush(): void {
    this.batch += 1;
    for (const change of this.pending) {
      if (change.kind === 'save') this.durable.set(change.peer.address.key, change.peer);
      else if (change.kind === 'forget') this.durable.delete(change.key);
      else this.texts.set(change.name, change.text);
    }
    this.pending = [];
  }

  /** The process dies: what was not durable never happened. */
  crash(): void {
    this.batch += 1;
    this.pending = [];
  }

  private add(change: Change): void {
    if (this.pending.push(change) > 1) return;
    const { batch } = this;
    const at = this.queue.now + uniform(this.random) * DURABLE_WITHIN_MS;
    this.queue.schedule(at, () => {
      if (this.batch === batch) this.flush();
    });
  }
}
