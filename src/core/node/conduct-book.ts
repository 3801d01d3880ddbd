import { idOf, type BanSubject } from '../connectivity/ban-subject.ts';
import { NO_FAULT, scoreAt, withFault, type Fault, type ScoreState } from '../session/conduct.ts';
import type { PeerSession } from '../session/peer-session.ts';
import type { NodeContext } from './node-context.ts';

/** Subjects whose score is remembered after their connection has ended. */
const SCORES_MAX = 4_096;

/**
 * Goal: who misbehaves again and again loses its connection, then its access. Adversary: reconnects
 * to start anew, or has many names. Mechanism: a decaying score by node id, and by host where a host
 * is somebody's own (public scope); at one mark the connection ends, at the next a ban begins. Nobody
 * is blamed while this process itself is late. Bound: `SCORES_MAX` scores, the oldest goes. Cost: O(1).
 */
export class ConductBook {
  /** The end of a connection that the score itself brings about is no further fault. */
  private isEnding = false;
  private readonly scores = new Map<string, ScoreState>();

  constructor(private readonly context: NodeContext) {}

  /** −100 … 0, of the worse of node and host. */
  scoreOf(session: PeerSession): number {
    const { limits, now } = this.context;
    const scores = subjectsOf(session).map((subject) =>
      scoreAt(this.scores.get(idOf(subject)) ?? NO_FAULT, limits, now),
    );
    return Math.min(0, ...scores);
  }

  /** Counts a fault; ends the connection or bans when it was one too many. */
  fault(session: PeerSession, fault: Fault): void {
    const { context } = this;
    const { limits } = context;
    if (context.isLate || this.isEnding) return;
    const worst = Math.min(0, ...subjectsOf(session).map((subject) => this.count(subject, fault)));
    if (worst > limits.scoreDisconnect) return;
    const close = fault === 'rate-limited' ? fault : 'malformed';
    this.isEnding = true;
    session.disconnect(worst <= limits.scoreBan ? 'banned' : close, { detail: fault });
    this.isEnding = false;
  }

  private count(subject: BanSubject, fault: Fault): number {
    const { context } = this;
    const { limits, now } = context;
    const id = idOf(subject);
    const state = withFault(this.scores.get(id) ?? NO_FAULT, fault, limits, now);
    this.scores.delete(id);
    if (state.score <= limits.scoreBan) {
      context.noteBan(context.bans.banForScore(subject, fault, context.options.wallClock()));
      return state.score;
    }
    if (this.scores.size >= SCORES_MAX) {
      const [oldest] = this.scores.keys();
      if (oldest !== undefined) this.scores.delete(oldest);
    }
    this.scores.set(id, state);
    return state.score;
  }
}

/** Whom a fault is counted against: behind a private address may be many nodes, so the host is not. */
function subjectsOf(session: PeerSession): BanSubject[] {
  const subjects: BanSubject[] = [];
  if (session.nodeId !== undefined) subjects.push({ kind: 'node-id', nodeId: session.nodeId });
  if (session.scope === 'public') subjects.push({ kind: 'host', host: session.remote.host });
  return subjects;
}
