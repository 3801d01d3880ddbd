import { idOf, type BanSubject } from '../connectivity/ban-subject.ts';
import { NO_FAULT, scoreAt, withFault, type Fault, type ScoreState } from '../session/conduct.ts';
import type { PeerSession } from '../session/peer-session.ts';
import type { NodeContext } from './node-context.ts';

/** Subjects whose score is remembered after their connection has ended. */
const SCORES_MAX = 4_096;

interface Counted {
  readonly subject: BanSubject;
  readonly mayBan: boolean;
}

interface Verdict {
  readonly score: number;
  readonly isBanned: boolean;
}

/**
 * Goal: who misbehaves again and again loses its connection, then its access. Adversary: reconnects
 * to start anew, has many names, or bears somebody else's. Mechanism: a decaying score by node id, and by
 * host where a host is somebody's own (public scope); at one mark the connection ends, at the next a ban
 * begins. Where keys can be proven, one that is not is no name: its bearer answers with its host alone.
 * Nobody is blamed while this process itself is late. Bound: `SCORES_MAX` scores, the oldest goes. Cost: O(1).
 */
export class ConductBook {
  /** The end of a connection that the score itself brings about is no further fault. */
  private isEnding = false;
  private readonly scores = new Map<string, ScoreState>();

  constructor(private readonly context: NodeContext) {}

  /** −100 … 0, of the worse of node and host. */
  scoreOf(session: PeerSession): number {
    const { limits, now } = this.context;
    const scores = this.subjectsOf(session).map(({ subject }) =>
      scoreAt(this.scores.get(idOf(subject)) ?? NO_FAULT, limits, now),
    );
    return Math.min(0, ...scores);
  }

  /** Counts a fault; ends the connection or bans when it was one too many. */
  fault(session: PeerSession, fault: Fault): void {
    const { context } = this;
    const { limits } = context;
    if (context.isLate || this.isEnding) return;
    const counted = this.subjectsOf(session).map((of) => this.count(of, fault));
    const worst = Math.min(0, ...counted.map(({ score }) => score));
    if (worst > limits.scoreDisconnect) return;
    const close = fault === 'rate-limited' ? fault : 'malformed';
    const isBanned = counted.some((of) => of.isBanned);
    this.isEnding = true;
    session.disconnect(isBanned ? 'banned' : close, { detail: fault });
    this.isEnding = false;
  }

  private count({ subject, mayBan }: Counted, fault: Fault): Verdict {
    const { context } = this;
    const { limits, now } = context;
    const id = idOf(subject);
    const state = withFault(this.scores.get(id) ?? NO_FAULT, fault, limits, now);
    this.scores.delete(id);
    if (mayBan && state.score <= limits.scoreBan) {
      context.noteBan(context.bans.banForScore(subject, fault, context.options.wallClock()));
      return { score: state.score, isBanned: true };
    }
    if (this.scores.size >= SCORES_MAX) {
      const [oldest] = this.scores.keys();
      if (oldest !== undefined) this.scores.delete(oldest);
    }
    this.scores.set(id, state);
    return { score: state.score, isBanned: false };
  }

  /**
   * Whom a fault is counted against. Behind a private address may be many nodes: who has a name answers
   * with that alone, and who has none has its connections ended there, while nobody else is kept out.
   */
  private subjectsOf({ nodeId, provenKey, scope, remote }: PeerSession): Counted[] {
    const subjects: Counted[] = [];
    const isClaim = this.context.provesKeys && provenKey === undefined;
    const isOwnHost = scope === 'public';
    if (nodeId !== undefined && !isClaim) {
      subjects.push({ subject: { kind: 'node-id', nodeId }, mayBan: true });
    }
    if (isOwnHost || isClaim) {
      subjects.push({ subject: { kind: 'host', host: remote.host }, mayBan: isOwnHost });
    }
    return subjects;
  }
}
