import type { NodeEffect } from '../core/node/effects.ts';
import type { NodeEvent } from '../core/node/events.ts';
import type { Millis } from '../core/support/brand.ts';
import {
  checkDial,
  checkInstant,
  checkLinks,
  checkNode,
  checkOutbound,
  checkSaved,
  checkSizes,
  checkTrust,
  type Finding,
} from './checkers.ts';
import type { PeerAddress } from '../core/support/peer-address.ts';
import { DialFrequency } from './dial-frequency.ts';
import type { EventQueue } from './event-queue.ts';
import {
  answeredAt,
  observeDial,
  observeLinks,
  observeNode,
  observeSizes,
  observeTrust,
} from './observe.ts';
import { OutboundLedger } from './outbound-ledger.ts';
import type { SimulatedNode } from './simulated-node.ts';
import type { SimulatedResolver } from './simulated-resolver.ts';
import { ViolationLog } from './violation.ts';

export interface WatchedNetwork {
  readonly queue: EventQueue;
  readonly nodes: readonly SimulatedNode[];
  readonly resolver: SimulatedResolver;
  /** Every address that a node may rightly dial. */
  readonly places: ReadonlySet<string>;
}

interface WatchedNode {
  readonly ledger: OutboundLedger;
  readonly frequency: DialFrequency;
  /** Of the node, when its connections were counted last. */
  changes: number;
  slotsCheckedAt: number;
}

/** Nodes whose memory is looked at at each sample, in turn: ten samples are a second. */
const NODES_PER_SAMPLE = 2;
/** All connections are looked at when so many samples have passed, or every node had its turn. */
const LINKS_EACH_SAMPLES = 10;

/** Holds a running network against the checkers, at each effect and at each sample. */
export class InvariantWatch {
  readonly violations = new ViolationLog();
  private readonly watched: WatchedNode[] = [];
  private samples = 0;
  private nextNode = 0;
  private nextLinksAt = LINKS_EACH_SAMPLES;

  constructor(private readonly network: WatchedNetwork) {}

  effect(node: SimulatedNode, effect: NodeEffect): void {
    if (effect.kind === 'dial') {
      this.dial(node, effect.endpoint);
    } else if (effect.kind === 'observe') {
      this.event(node, effect.event);
    } else if (effect.kind === 'save-peer') {
      const answered = answeredAt(node, effect.address, this.network.resolver);
      const { nodeId } = effect.record;
      this.report(checkSaved({ name: node.name, address: effect.address.key, nodeId, answered }));
    }
  }

  sample(): void {
    this.samples += 1;
    const { nodes, queue } = this.network;
    for (const node of nodes) {
      const watched = this.watchedOf(node);
      if (watched.changes === node.changes) continue;
      watched.changes = node.changes;
      this.slots(node);
    }
    for (let i = Math.min(NODES_PER_SAMPLE, nodes.length); i > 0; i -= 1) this.nextMemory();
    if (this.samples < this.nextLinksAt) return;
    const turn = Math.ceil(nodes.length / NODES_PER_SAMPLE);
    this.nextLinksAt = this.samples + Math.max(LINKS_EACH_SAMPLES, turn);
    this.report(checkLinks(observeLinks(nodes, queue.now)));
  }

  /** @returns whether time still moves */
  instant(): boolean {
    const findings = checkInstant(this.network.queue.now, this.network.queue.eventsAtThisInstant);
    this.report(findings);
    return findings.length === 0;
  }

  report(findings: readonly Finding[]): void {
    const atMs = this.network.queue.now;
    for (const finding of findings) this.violations.add({ ...finding, atMs });
  }

  private dial(node: SimulatedNode, endpoint: PeerAddress): void {
    const { places, queue } = this.network;
    const { key } = endpoint;
    const { frequency, ledger } = this.watchedOf(node);
    const inThisMinute = frequency.count(key, queue.now);
    this.report(checkDial(observeDial(node, endpoint, { isPlace: places.has(key), inThisMinute })));
    ledger.dialStarted(key, node.established.slots('outbound'));
    this.slots(node);
  }

  private event(node: SimulatedNode, event: NodeEvent): void {
    const { ledger } = this.watchedOf(node);
    if (event.kind === 'peers-loaded') ledger.reset();
    if (event.kind !== 'dial-finished') return;
    const slots = ledger.dialFinished(event.address, event.class);
    this.report(checkOutbound(node.name, slots, node.identity.limits));
  }

  /** Looks at what the node whose turn it is remembers. */
  private nextMemory(): void {
    const { nodes, resolver, queue } = this.network;
    const node = nodes[this.nextNode % nodes.length] as SimulatedNode;
    this.nextNode += 1;
    const sizes = observeSizes(node, queue.now);
    if (sizes === undefined) return;
    this.report(checkSizes(sizes));
    this.report(checkTrust(observeTrust(node, resolver)));
  }

  private watchedOf(node: SimulatedNode): WatchedNode {
    const watched = this.watched[node.index];
    if (watched !== undefined) return watched;
    const ledger = new OutboundLedger();
    const frequency = new DialFrequency();
    const fresh = { ledger, frequency, changes: 0, slotsCheckedAt: -1 };
    this.watched[node.index] = fresh;
    return fresh;
  }

  /** Once per node and instant: a burst of dials is one decision. */
  private slots(node: SimulatedNode): void {
    const now: Millis = this.network.queue.now;
    const watched = this.watchedOf(node);
    if (watched.slotsCheckedAt === now) return;
    watched.slotsCheckedAt = now;
    const observation = observeNode(node);
    if (observation !== undefined) this.report(checkNode(observation));
  }
}
