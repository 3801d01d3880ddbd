/** Sizes of the connected components of an undirected graph, largest first. */
export function componentSizes(
  nodes: readonly number[],
  edges: readonly (readonly [number, number])[],
): number[] {
  const parent = new Map(nodes.map((node) => [node, node]));
  const root = (node: number): number => {
    let at = node;
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) {
      parent.set(at, parent.get(up) ?? up);
      at = up;
    }
    return at;
  };
  for (const [a, b] of edges) {
    if (parent.has(a) && parent.has(b)) parent.set(root(a), root(b));
  }
  const sizes = new Map<number, number>();
  for (const node of nodes) sizes.set(root(node), (sizes.get(root(node)) ?? 0) + 1);
  return [...sizes.values()].toSorted((a, b) => b - a);
}

export interface Spread {
  readonly min: number;
  /** The lower one of the two in the middle when there is an even number. */
  readonly median: number;
  readonly max: number;
}

/** All zero for no values. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    min: sorted[0] ?? 0,
    median: sorted[(sorted.length - 1) >> 1] ?? 0,
    max: sorted.at(-1) ?? 0,
  };
}
