import type { NodeEffect } from '../core/node/effects.ts';
import type { NodeEvent } from '../core/node/events.ts';
import { holdsSlot } from '../core/session/connection.ts';
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
import type { EventQueue } from './event-queue.ts';
import { answeredAt, observeLinks, observeNode, observeSizes, observeTrust } from './observe.ts';
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

/** Those checks that look at every connection run at each tenth sample. */
const THOROUGH_EACH = 10;

/** Holds a running network against the checkers, at each effect and at each sample. */
export class InvariantWatch {
  readonly violations = new ViolationLog();
  private readonly slotsCheckedAt = new Map<number, number>();
  private readonly ledgers = new Map<number, OutboundLedger>();
  private samples = 0;

  constructor(private readonly network: WatchedNetwork) {}

  effect(node: SimulatedNode, effect: NodeEffect): void {
    if (effect.kind === 'dial') {
      const endpoint = effect.endpoint.key;
      this.report(checkDial(node.name, endpoint, this.network.places));
      this.ledgerOf(node).dialStarted(endpoint, node.count('outbound', holdsSlot));
      this.slots(node);
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
    const { nodes, resolver, queue } = this.network;
    for (const node of nodes) this.slots(node);
    if (this.samples % THOROUGH_EACH !== 0) return;
    for (const node of nodes) {
      const sizes = observeSizes(node, queue.now);
      if (sizes !== undefined) this.report(checkSizes(sizes));
      this.report(checkTrust(observeTrust(node, resolver)));
    }
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

  private event(node: SimulatedNode, event: NodeEvent): void {
    const ledger = this.ledgerOf(node);
    if (event.kind === 'peers-loaded') ledger.reset();
    if (event.kind !== 'dial-finished') return;
    const slots = ledger.dialFinished(event.address, event.class);
    this.report(checkOutbound(node.name, slots, node.identity.limits));
  }

  private ledgerOf(node: SimulatedNode): OutboundLedger {
    const ledger = this.ledgers.get(node.index) ?? new OutboundLedger();
    this.ledgers.set(node.index, ledger);
    return ledger;
  }

  /** Once per node and instant: a burst of dials is one decision. */
  private slots(node: SimulatedNode): void {
    const now: Millis = this.network.queue.now;
    if (this.slotsCheckedAt.get(node.index) === now) return;
    this.slotsCheckedAt.set(node.index, now);
    const observation = observeNode(node);
    if (observation !== undefined) this.report(checkNode(observation));
  }
}
