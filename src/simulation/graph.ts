/** Connected components of an undirected graph, by union-find with path halving. */
export class Components {
  private readonly parent: Int32Array;

  /** @param nodes their indices are 0 … nodes − 1, each a component of its own at first */
  constructor(nodes: number) {
    this.parent = Int32Array.from({ length: nodes }, (_, node) => node);
  }

  join(one: number, other: number): void {
    this.parent[this.of(one)] = this.of(other);
  }

  /** The node that stands for the component of `node`. */
  of(node: number): number {
    const { parent } = this;
    let at = node;
    for (let up = parent[at] as number; up !== at; up = parent[at] as number) {
      parent[at] = parent[up] as number;
      at = up;
    }
    return at;
  }
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
