import { millis, type ConnectionId, type Millis } from '../support/brand.ts';
import type { GetPeers } from '../wire/generated/p2p.ts';

interface HeldQuestion {
  readonly request: GetPeers;
  readonly until: Millis;
}

/**
 * GetPeers that are answered a little later. Bound: one for each connection, held for the same time,
 * so that the first is always the next one due. Cost: O(1).
 */
export class HeldQuestions {
  private readonly questions = new Map<ConnectionId, HeldQuestion>();

  get size(): number {
    return this.questions.size;
  }

  nextDeadline(): Millis {
    for (const { until } of this.questions.values()) return until;
    return millis(Number.POSITIVE_INFINITY);
  }

  hold(id: ConnectionId, question: HeldQuestion): void {
    this.questions.set(id, question);
  }

  /** The question of this connection, if one is held. */
  take(id: ConnectionId): GetPeers | undefined {
    const question = this.questions.get(id);
    this.questions.delete(id);
    return question?.request;
  }

  /** Whose question has waited long enough, in the order in which they came. */
  due(now: Millis): ConnectionId[] {
    const ids: ConnectionId[] = [];
    for (const [id, { until }] of this.questions) {
      if (until > now) break;
      ids.push(id);
    }
    return ids;
  }

  /** Everybody whose question is held, in the order in which they came. */
  all(): ConnectionId[] {
    return [...this.questions.keys()];
  }
}
