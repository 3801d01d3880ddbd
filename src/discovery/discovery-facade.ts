import type { NodeState } from '../core/node/events.ts';
import type { OperatorCommand } from '../core/node/inputs.ts';
import type {
  BanView,
  BookEntryView,
  BookPage,
  BookQuery,
  ConnectionView,
  NodeSnapshot,
  SourceView,
} from '../core/node/views.ts';
import type { AddressKey } from '../core/support/brand.ts';
import type { StoreHealth } from '../runtime/ports/peer-store.ts';
import type { PeerQuery, RunningNode } from '../runtime/running-node.ts';
import type { ApplicationStatus, ListenerName } from './application-status.ts';

/** The read model of one application: all that HTTP, health and metrics may know of the node. */
export class DiscoveryFacade {
  constructor(
    private readonly node: RunningNode,
    private readonly application: ApplicationStatus,
  ) {}

  /** `host:port` of verified peers, connected ones first. */
  peers(query: PeerQuery): readonly string[] {
    return this.node.peers(query);
  }

  connections(): readonly ConnectionView[] {
    return this.node.connections();
  }

  book(query: BookQuery): BookPage {
    return this.node.book(query);
  }

  /** The entry of one canonical address. */
  bookEntry(key: AddressKey): BookEntryView | undefined {
    // Pages are in the order of keys and begin after their cursor: this one is right before `key`.
    const before = `${key.slice(0, -1)}${String.fromCharCode(key.charCodeAt(key.length - 1) - 1)}\uffff`;
    const [first] = this.node.book({ limit: 1, cursor: before }).entries;
    return first?.address === key ? first : undefined;
  }

  sources(): readonly SourceView[] {
    return this.node.sources();
  }

  bans(): readonly BanView[] {
    return this.node.bans();
  }

  command(command: OperatorCommand): void {
    this.node.command(command);
  }

  /** As at a signal, but the process stays: not ready, goodbye to all, no dials and no accepts. */
  drain(): void {
    this.application.markDraining();
    this.node.command({ kind: 'drain' });
  }

  snapshot(): NodeSnapshot {
    return this.node.snapshot();
  }

  /** The node's state; `draining` from the moment of the signal, before the core has heard of it. */
  state(snapshot: NodeSnapshot): NodeState {
    return this.draining || snapshot.draining ? 'draining' : snapshot.state;
  }

  storeHealth(): StoreHealth {
    return this.node.storeHealth();
  }

  /** Milliseconds since the discovery loop last ran. */
  heartbeatAgeMs(): number {
    return this.node.heartbeatAgeMs();
  }

  /** Both HTTP listeners and the P2P listener have been bound once. */
  get started(): boolean {
    return this.application.started;
  }

  get draining(): boolean {
    return this.application.draining;
  }

  closedListeners(): ListenerName[] {
    return this.application.closedListeners();
  }
}
