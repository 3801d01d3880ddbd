import { isLasting } from '../core/session/connection.ts';
import type { Millis } from '../core/support/brand.ts';
import { componentSizes, spreadOf, type Spread } from './graph.ts';
import { observeLinks } from './observe.ts';
import type { SimulatedNode } from './simulated-node.ts';

/** The connections of the running nodes at one moment, feelers and surplus ones left out. */
export interface Mesh {
  readonly nodes: number;
  /** Connected components; 1 is what everybody wants. */
  readonly components: number;
  /** Nodes that hold their outbound minimum, or are connected to everybody. */
  readonly atMinimum: number;
  readonly outbound: Spread;
  readonly degree: Spread;
}

export function meshOf(nodes: readonly SimulatedNode[], now: Millis): Mesh {
  const running = nodes.filter((node) => node.isAlive);
  const outbound = running.map((node) => slots(node, 'outbound'));
  const inbound = running.map((node) => slots(node, 'inbound'));
  const edges = observeLinks(nodes, now)
    .filter((link) => isLasting(link.diallerView) && isLasting(link.listenerView))
    .map((link): [number, number] => [link.dialler, link.listener]);
  const indices = running.map((node) => node.index);
  const others = running.length - 1;
  const atMinimum = running.filter((node, i) => {
    // One connection per pair: who is dialled by all others has nobody left to dial.
    const possible = others - (inbound[i] ?? 0);
    return (outbound[i] ?? 0) >= Math.min(node.identity.limits.outboundMin, possible);
  });
  return {
    nodes: running.length,
    components: componentSizes(indices, edges).length,
    atMinimum: atMinimum.length,
    outbound: spreadOf(outbound),
    degree: spreadOf(outbound.map((count, i) => count + (inbound[i] ?? 0))),
  };
}

/** One component, and everybody at the minimum. */
export function isWhole(mesh: Mesh): boolean {
  return mesh.components === 1 && mesh.atMinimum === mesh.nodes;
}

function slots(node: SimulatedNode, direction: 'inbound' | 'outbound'): number {
  return node.count(direction, isLasting);
}
