import type { Millis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';

interface Vote {
  readonly host: string;
  readonly at: Millis;
}

/** Groups whose word is kept: the outbound slots and some that have just gone. */
const VOTES_MAX = 64;

/**
 * Goal: this node learns the host under which the world reaches it. Adversary: peers that name
 * somebody else's. Mechanism: one vote per group of peers, the last one counts, for ten minutes; as
 * many equal votes of different groups as `observedVotes` say make a candidate, which the caller then
 * confirms by dialling it and meeting itself. Bound: `VOTES_MAX` groups. Cost: O(votes).
 */
export class ObservedAddress {
  private readonly votes = new Map<string, Vote>();

  constructor(private readonly limits: NodeLimits) {}

  vote(group: string, host: string, now: Millis): void {
    this.votes.delete(group);
    if (this.votes.size >= VOTES_MAX) this.dropOldest();
    this.votes.set(group, { host, at: now });
  }

  /** The host that enough groups agree on. @param peers connected now */
  candidate(peers: number, now: Millis): string | undefined {
    const { observedVotes, observedVotesSmall, smallNetworkPeers, observedVoteMs } = this.limits;
    const needed = peers < smallNetworkPeers ? observedVotesSmall : observedVotes;
    const counts = new Map<string, number>();
    for (const { host, at } of this.votes.values()) {
      if (now - at <= observedVoteMs) counts.set(host, (counts.get(host) ?? 0) + 1);
    }
    const ranked = [...counts].sort((a, b) => b[1] - a[1]);
    const [first, second] = ranked;
    if (first === undefined || first[1] < needed) return undefined;
    return second !== undefined && second[1] === first[1] ? undefined : first[0];
  }

  private dropOldest(): void {
    const [oldest] = this.votes.keys();
    if (oldest !== undefined) this.votes.delete(oldest);
  }
}
