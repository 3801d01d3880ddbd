/** One who could be told. */
export interface RelayCandidate {
  readonly nodeId: string;
}

/**
 * To whom a word about a node is passed on: the `count` lowest by a rank that others cannot foresee.
 * The same for a whole day, so that a node that is told of again and again does not reach everybody
 * through us, and nobody finds out our connections by it (as Bitcoin Core relays addresses).
 */
export function relayTargets<Candidate extends RelayCandidate>(
  candidates: readonly Candidate[],
  { count, rankOf }: { readonly count: number; readonly rankOf: (nodeId: string) => number },
): Candidate[] {
  return candidates
    .map((candidate) => ({ candidate, rank: rankOf(candidate.nodeId) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}
