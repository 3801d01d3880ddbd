import type { NodeEvent } from '../../src/core/node/events.ts';
import type { OperatorCommand } from '../../src/core/node/inputs.ts';
import type {
  BanView,
  BookEntryView,
  BookPage,
  BookQuery,
  ConnectionView,
  NodeSnapshot,
  SourceView,
} from '../../src/core/node/views.ts';
import { connectionId, type NodeId, unixMillis } from '../../src/core/support/brand.ts';
import type { StoreHealth } from '../../src/runtime/ports/peer-store.ts';
import type { PeerQuery, RunningNode } from '../../src/runtime/running-node.ts';

export const NODE_ID = 'ab'.repeat(20) as NodeId;

export function snapshotOf(changes: Partial<NodeSnapshot> = {}): NodeSnapshot {
  return {
    state: 'bootstrapping',
    nodeId: NODE_ID,
    agent: 'vision-node/0.1.0',
    protocolVersion: 1,
    chainId: 'testnet',
    genesisHash: '00'.repeat(32),
    uptimeMs: 12_345,
    peers: { inbound: 1, outbound: 2 },
    dialsInProgress: 0,
    book: { newEntries: 5, triedEntries: 3, persisted: 3, newGroups: 2, triedGroups: 1 },
    traffic: {
      bytesReceived: 100,
      bytesSent: 200,
      messagesReceived: { ping: 4 },
      messagesSent: { pong: 4 },
    },
    readiness: { joined: false, reason: undefined, waitingFor: 'the first handshake' },
    draining: false,
    ...changes,
  };
}

export function connectionViewOf(changes: Partial<ConnectionView> = {}): ConnectionView {
  return {
    id: connectionId(2),
    nodeId: 'cd'.repeat(20) as NodeId,
    remote: '127.0.0.1:7171',
    address: '127.0.0.1:7171',
    direction: 'outbound',
    class: 'open',
    state: 'established',
    scope: 'loopback',
    security: 'plain',
    ageMs: 61_500,
    rttMs: 1.5,
    bytesReceived: 10,
    bytesSent: 20,
    messagesReceived: { hello: 1 },
    messagesSent: { hello: 1 },
    score: 0,
    agent: 'vision-node/0.1.0',
    zone: 'a',
    listenAddresses: ['127.0.0.1:7171'],
    observedAddress: '127.0.0.1:50000',
    ...changes,
  };
}

export function bookEntryOf(changes: Partial<BookEntryView> = {}): BookEntryView {
  return {
    address: '10.0.0.1:7071',
    source: 'exchange',
    state: 'heard',
    nodeId: '',
    failures: 2,
    lastReason: 'connection-refused',
    nextDialInMs: 1_500,
    persisted: false,
    table: 'new',
    group: '10.0.0',
    sourceGroup: '10.0.9',
    isVerified: false,
    isElder: false,
    isAnchor: false,
    whyNot: 'backoff',
    ...changes,
  };
}

export function sourceOf(changes: Partial<SourceView> = {}): SourceView {
  return {
    source: 'dns+seed.example.com:7071',
    kind: 'dns',
    up: true,
    readAgeMs: 12_900,
    nextReadInMs: 47_100,
    lastResult: 'ok',
    failures: 0,
    addresses: [],
    connected: 0,
    ...changes,
  };
}

export function banOf(changes: Partial<BanView> = {}): BanView {
  const now = Date.now();
  return {
    id: 'ef'.repeat(20),
    kind: 'node-id',
    reason: 'spam',
    by: 'operator',
    sinceUnixMs: unixMillis(now),
    untilUnixMs: unixMillis(now + 60_000),
    count: 1,
    ...changes,
  };
}

/** A node whose every answer a test sets: for the operator surface alone, where no node need run. */
export class StubRunningNode implements RunningNode {
  readonly nodeId = NODE_ID;
  readonly p2pPort = 7_071;
  current = snapshotOf();
  peerList: string[] = [];
  connectionViews: ConnectionView[] = [];
  bookViews: BookEntryView[] = [];
  nextCursor: string | undefined;
  readonly bookQueries: BookQuery[] = [];
  sourceViews: SourceView[] = [];
  banViews: BanView[] = [];
  readonly commands: OperatorCommand[] = [];
  /** What the node does about a command. */
  onCommand: (command: OperatorCommand) => void = () => {};
  store: StoreHealth = { up: true, pendingWrites: 0 };
  heartbeatMs = 10;
  stopped = false;
  readonly queries: PeerQuery[] = [];
  readonly listeners: ((event: NodeEvent, at: number) => void)[] = [];
  private storeWrite: ((seconds: number) => void) | undefined;
  /** What `stop()` waits for. */
  stopping: Promise<void> = Promise.resolve();

  snapshot(): NodeSnapshot {
    return this.current;
  }

  peers(query: PeerQuery): readonly string[] {
    this.queries.push(query);
    return this.peerList.slice(0, query.limit);
  }

  connections(): readonly ConnectionView[] {
    return this.connectionViews;
  }

  book(query: BookQuery): BookPage {
    this.bookQueries.push(query);
    const { cursor, limit } = query;
    const rest = this.bookViews.filter((view) => cursor === undefined || view.address > cursor);
    const entries = rest.slice(0, limit);
    return { entries, total: this.bookViews.length, nextCursor: this.nextCursor };
  }

  sources(): readonly SourceView[] {
    return this.sourceViews;
  }

  bans(): readonly BanView[] {
    return this.banViews;
  }

  storeHealth(): StoreHealth {
    return this.store;
  }

  onStoreWrite(listener: (seconds: number) => void): void {
    this.storeWrite = listener;
  }

  storeWrote(seconds: number): void {
    this.storeWrite?.(seconds);
  }

  heartbeatAgeMs(): number {
    return this.heartbeatMs;
  }

  subscribe(): () => void {
    return () => {};
  }

  command(command: OperatorCommand): void {
    this.commands.push(command);
    this.onCommand(command);
  }

  async stop(): Promise<void> {
    await this.stopping;
    this.stopped = true;
  }
}
