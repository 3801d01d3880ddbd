import type { Counter, Registry } from 'prom-client';
import { NODE_STATES } from '../core/node/events.ts';
import type { ConnectionView, NodeSnapshot, SourceView } from '../core/node/views.ts';
import { CONNECTION_CLASSES, DIRECTIONS } from '../core/session/connection.ts';
import { ADDRESS_SCOPES } from '../core/support/address-scope.ts';
import type { DiscoveryFacade } from '../discovery/discovery-facade.ts';
import { closedCounter, closedGauge } from './closed-metrics.ts';
import { FLOWS, MESSAGE_LABELS, SOURCE_KINDS } from './labels.ts';

/** Tables of the address book. */
const TABLES = ['new', 'tried'] as const;

function createSnapshotMetrics(registry: Registry) {
  return {
    peersConnected: closedGauge(registry, {
      name: 'vision_p2p_peers_connected',
      help: 'Peers connected now, feelers and surplus connections not counted.',
    }),
    connections: closedGauge(registry, {
      name: 'vision_p2p_connections',
      help: 'Established connections by who dialled, class of address and purpose.',
      labels: { direction: DIRECTIONS, scope: ADDRESS_SCOPES, class: CONNECTION_CLASSES },
    }),
    messages: closedCounter(registry, {
      name: 'vision_p2p_messages_total',
      help: 'Messages received from and sent to peers.',
      labels: { direction: FLOWS, type: MESSAGE_LABELS },
    }),
    bytes: closedCounter(registry, {
      name: 'vision_p2p_bytes_total',
      help: 'Bytes received from and sent to peers.',
      labels: { direction: FLOWS },
    }),
    bookEntries: closedGauge(registry, {
      name: 'vision_p2p_address_book_entries',
      help: 'Addresses known: new ones are hearsay, tried ones verified by an own handshake.',
      labels: { table: TABLES },
    }),
    bookGroups: closedGauge(registry, {
      name: 'vision_p2p_address_book_groups',
      help: 'Groups that the known addresses belong to: how diverse they are.',
      labels: { table: TABLES },
    }),
    sourceUp: closedGauge(registry, {
      name: 'vision_p2p_source_up',
      help: '1 while a source of this kind gives addresses, 0 when none does or there is none.',
      labels: { source: SOURCE_KINDS },
    }),
    bans: closedGauge(registry, {
      name: 'vision_p2p_bans',
      help: 'Nodes and hosts that are banned now.',
    }),
    persistedPeers: closedGauge(registry, {
      name: 'vision_p2p_persisted_peers',
      help: 'Peers in the store.',
    }),
    state: closedGauge(registry, {
      name: 'vision_p2p_state',
      help: '1 for the state that the node is in, 0 for the others.',
      labels: { state: NODE_STATES },
    }),
    storeUp: closedGauge(registry, {
      name: 'vision_store_up',
      help: '1 while the peer store takes writes.',
    }),
    storePendingWrites: closedGauge(registry, {
      name: 'vision_store_pending_writes',
      help: 'Changes that are not durable yet.',
    }),
  };
}

/** The metrics that are read from the node when somebody asks, and cost nothing until then. */
export class SnapshotMetrics {
  private readonly metrics: ReturnType<typeof createSnapshotMetrics>;

  constructor(
    registry: Registry,
    private readonly discovery: DiscoveryFacade,
  ) {
    this.metrics = createSnapshotMetrics(registry);
  }

  /** Reads the node once; to be called before the text is made. */
  refresh(): void {
    const snapshot = this.discovery.snapshot();
    const { metrics } = this;
    metrics.peersConnected.set(snapshot.peers.inbound + snapshot.peers.outbound);
    metrics.bans.set(this.discovery.bans().length);
    this.refreshBook(snapshot);
    this.refreshSources(this.discovery.sources());
    this.refreshState(snapshot);
    this.refreshTraffic(snapshot);
    this.refreshConnections(this.discovery.connections());
    const store = this.discovery.storeHealth();
    metrics.storeUp.set(store.up ? 1 : 0);
    metrics.storePendingWrites.set(store.pendingWrites);
  }

  private refreshBook({ book }: NodeSnapshot): void {
    const { bookEntries, bookGroups, persistedPeers } = this.metrics;
    bookEntries.set({ table: 'new' }, book.newEntries);
    bookEntries.set({ table: 'tried' }, book.triedEntries);
    bookGroups.set({ table: 'new' }, book.newGroups);
    bookGroups.set({ table: 'tried' }, book.triedGroups);
    persistedPeers.set(book.persisted);
  }

  private refreshSources(views: readonly SourceView[]): void {
    const up = new Set(views.filter((view) => view.up).map((view) => view.kind));
    for (const source of SOURCE_KINDS) {
      this.metrics.sourceUp.set({ source }, up.has(source) ? 1 : 0);
    }
  }

  private refreshState(snapshot: NodeSnapshot): void {
    const current = this.discovery.state(snapshot);
    for (const state of NODE_STATES) this.metrics.state.set({ state }, state === current ? 1 : 0);
  }

  private refreshTraffic({ traffic }: NodeSnapshot): void {
    const { bytes, messages } = this.metrics;
    bytes.reset();
    setTotal(bytes, { direction: 'received' }, traffic.bytesReceived);
    setTotal(bytes, { direction: 'sent' }, traffic.bytesSent);
    messages.reset();
    for (const type of MESSAGE_LABELS) {
      setTotal(messages, { direction: 'received', type }, traffic.messagesReceived[type] ?? 0);
      setTotal(messages, { direction: 'sent', type }, traffic.messagesSent[type] ?? 0);
    }
  }

  private refreshConnections(views: readonly ConnectionView[]): void {
    const { connections } = this.metrics;
    for (const direction of DIRECTIONS) {
      for (const scope of ADDRESS_SCOPES) {
        for (const cls of CONNECTION_CLASSES) connections.set({ direction, scope, class: cls }, 0);
      }
    }
    for (const view of views) {
      if (view.state !== 'established') continue;
      connections.inc({ direction: view.direction, scope: view.scope, class: view.class });
    }
  }
}

/** The node keeps the total itself; the counter was reset just before. */
function setTotal(counter: Counter, labels: Record<string, string>, total: number): void {
  counter.inc(labels, total);
}
