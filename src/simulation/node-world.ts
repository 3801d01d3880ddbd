import type { NodeEffect } from '../core/node/effects.ts';
import type { NodeId } from '../core/support/brand.ts';
import type { EventQueue } from './event-queue.ts';
import type { NetworkHost } from './network-link.ts';
import type { SimulatedNetwork } from './simulated-network.ts';
import type { SimulatedResolver } from './simulated-resolver.ts';
import type { SimulatedValidator } from './simulated-validator.ts';
import type { Rule } from './violation.ts';

/** What a simulated node is surrounded by. */
export interface NodeWorld {
  readonly queue: EventQueue;
  readonly network: SimulatedNetwork;
  readonly resolver: SimulatedResolver;
  readonly validator: SimulatedValidator;
  /** A uniform share in [0, 1) by which a timer fires late. */
  readonly lateness: () => number;
  readonly nodeIdOf: (host: NetworkHost) => NodeId;
  /** Called for each effect before it is performed. */
  readonly onEffect: (nodeIndex: number, effect: NodeEffect) => void;
  readonly report: (rule: Rule, nodeName: string, detail: string) => void;
}
