import { isLasting } from '../core/session/connection.ts';
import { Components, spreadOf, type Spread } from './graph.ts';
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

/**
 * O(nodes + connections): looked at many times in a run, so nothing is allocated per connection.
 * @param counts whom the figures are about; connections through the others still join
 */
export function meshOf(
  nodes: readonly SimulatedNode[],
  counts: (node: SimulatedNode) => boolean = () => true,
): Mesh {
  const running = nodes.filter((node) => node.isAlive);
  const counted = running.filter(counts);
  const components = new Components(nodes.length);
  for (const node of running) joinNeighbours(node, components);
  return {
    nodes: counted.length,
    components: new Set(counted.map((node) => components.of(node.index))).size,
    atMinimum: counted.filter((node) => isAtMinimum(node, running.length)).length,
    outbound: spreadOf(counted.map((node) => node.established.lasting('outbound'))),
    degree: spreadOf(counted.map(degreeOf)),
  };
}

/** Connections that are meant to stay. */
export function degreeOf({ established }: SimulatedNode): number {
  return established.lasting('outbound') + established.lasting('inbound');
}

/** Of these, those whose far end is gone. */
export function vanishedOf({ attachment }: SimulatedNode): number {
  let count = 0;
  for (const end of attachment?.connections.values() ?? []) {
    if (isLasting(end.view) && !end.far.open) count += 1;
  }
  return count;
}

/** One component, and everybody at the minimum. */
export function isWhole(mesh: Mesh): boolean {
  return mesh.components === 1 && mesh.atMinimum === mesh.nodes;
}

/** One connection per pair: who is dialled by all others has nobody left to dial. */
export function isAtMinimum({ established, identity }: SimulatedNode, running: number): boolean {
  const [inbound, outbound] = [established.lasting('inbound'), established.lasting('outbound')];
  const { outboundMin } = identity.limits;
  const others = running - 1;
  // Whom all but one have dialled need not have heard of the last one.
  const isNearlyComplete = inbound + outbound >= Math.max(others - 1, 2 * outboundMin);
  return outbound >= Math.min(outboundMin, others - inbound) || isNearlyComplete;
}

/** Both ends have to say that the connection stands. */
function joinNeighbours(node: SimulatedNode, components: Components): void {
  for (const end of node.attachment?.connections.values() ?? []) {
    if (end.dialled === undefined || !end.open || !end.far.open) continue;
    if (isLasting(end.view) && isLasting(end.far.view)) {
      components.join(node.index, end.far.host.index);
    }
  }
}
