import type { NodeEvent } from '../core/node/events.ts';
import type { OperatorCommand } from '../core/node/inputs.ts';
import type {
  BanView,
  BookPage,
  BookQuery,
  ConnectionView,
  NodeSnapshot,
  SourceView,
} from '../core/node/views.ts';
import type { NodeId, UnixMillis } from '../core/support/brand.ts';
import type { StoreHealth } from './ports/peer-store.ts';

export interface PeerQuery {
  /** `connected`: an established connection; `verified`: those and every other verified peer. */
  readonly state: 'connected' | 'verified';
  readonly limit: number;
}

export type NodeEventListener = (event: NodeEvent, at: UnixMillis) => void;

/** A node in this process: what `createNode()` and the Nest application both hold. */
export interface RunningNode {
  readonly nodeId: NodeId;
  /** The bound port. */
  readonly p2pPort: number;
  snapshot(): NodeSnapshot;
  /** `host:port`, connected ones first. */
  peers(query: PeerQuery): readonly string[];
  connections(): readonly ConnectionView[];
  book(query: BookQuery): BookPage;
  sources(): readonly SourceView[];
  bans(): readonly BanView[];
  storeHealth(): StoreHealth;
  onStoreWrite(listener: (seconds: number) => void): void;
  /** Milliseconds since the core last ran; the driver runs it at least once a second. */
  heartbeatAgeMs(): number;
  /** Listeners run synchronously and must not throw. @returns unsubscribe */
  subscribe(listener: NodeEventListener): () => void;
  command(command: OperatorCommand): void;
  /** Goodbye to all peers, flush of the store, sockets closed. Idempotent; ≤ 5 s. */
  stop(): Promise<void>;
}
