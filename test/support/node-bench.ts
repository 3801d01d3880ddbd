import { createNode, type CreateNodeOptions } from '../../src/create-node.ts';
import type { NodeEvent } from '../../src/core/node/events.ts';
import type { RunningNode } from '../../src/runtime/running-node.ts';
import { FakeListener, FakePeer } from './fake-peer.ts';
import type { Hello } from '../../src/core/wire/generated/p2p.ts';

/** A node under test and everything that it has reported. */
export interface WatchedNode {
  readonly node: RunningNode;
  readonly port: number;
  readonly address: string;
  readonly events: NodeEvent[];
  eventsOf<Kind extends NodeEvent['kind']>(kind: Kind): Extract<NodeEvent, { kind: Kind }>[];
}

/** What one spec file opens, so that all of it is closed again after each test. */
export class NodeBench {
  private readonly closers: (() => Promise<void> | void)[] = [];

  async node(options: CreateNodeOptions = {}): Promise<WatchedNode> {
    const events: NodeEvent[] = [];
    // The fake peers of the bench speak plain unless a test says otherwise.
    const node = await createNode({
      security: 'plain',
      ...options,
      onEvent: (event) => events.push(event),
    });
    this.closers.push(() => node.stop());
    return {
      node,
      port: node.p2pPort,
      address: `127.0.0.1:${node.p2pPort}`,
      events,
      eventsOf: (kind) =>
        events.filter(
          (event): event is Extract<NodeEvent, { kind: typeof kind }> => event.kind === kind,
        ),
    };
  }

  keep(peer: FakePeer): FakePeer {
    this.closers.push(() => peer.end());
    return peer;
  }

  /** Connected, nothing sent. */
  async dial(port: number): Promise<FakePeer> {
    return this.keep(await FakePeer.dial(port));
  }

  /** Preface and Hello sent. */
  async greet(port: number, hello: Partial<Hello> = {}): Promise<FakePeer> {
    return this.keep(await FakePeer.greet(port, hello));
  }

  /** Handshake complete. */
  async join(port: number, hello: Partial<Hello> = {}): Promise<FakePeer> {
    return this.keep(await FakePeer.join(port, hello));
  }

  async listener(onAccept?: (peer: FakePeer) => void): Promise<FakeListener> {
    const listener = await FakeListener.start(onAccept);
    this.closers.push(() => listener.close());
    return listener;
  }

  async close(): Promise<void> {
    await Promise.all(this.closers.splice(0).map(async (closer) => closer()));
  }
}
