import type { NodeState } from '../core/node/events.ts';
import type { BookEntryView, ConnectionView, NodeSnapshot } from '../core/node/views.ts';
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

  bookEntries(limit: number): readonly BookEntryView[] {
    return this.node.bookEntries(limit);
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
