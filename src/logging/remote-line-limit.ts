import { LOG_LIMITS } from '../core/support/surface-limits.ts';

const SECOND_MS = 1_000;
/** A flood that goes on is reported this often. */
const REPORT_INTERVAL_MS = 10_000;

interface RemoteLines {
  /** Of the lines written in the last second, oldest first. */
  writtenAt: number[];
  suppressed: number;
  firstSuppressedAt: number;
  lastSeenAt: number;
}

export interface SuppressedLines {
  readonly remote: string;
  readonly count: number;
}

/**
 * Goal: no remote fills the log. Adversary: connects, fails and repeats as fast as it can, from as many
 * addresses as it has. Mechanism: the times of a remote's last lines; one more is written when the
 * oldest of them is a second old. Bound: `remotesMax` remotes, beyond it the one seen first goes.
 * Cost: one map operation and at most nine numbers per line.
 */
export class RemoteLineLimit {
  private readonly remotes = new Map<string, RemoteLines>();
  private sweptAt = Number.NEGATIVE_INFINITY;

  /** Whether a line caused by `remote` may be written at `at`, in milliseconds of any clock. */
  admits(
    remote: string,
    at: number,
    perSecond: number = LOG_LIMITS.linesPerRemotePerSecond,
  ): boolean {
    const lines = this.remotes.get(remote) ?? this.add(remote, at);
    lines.lastSeenAt = at;
    lines.writtenAt = lines.writtenAt.filter((time) => isWithin(SECOND_MS, time, at));
    if (lines.writtenAt.length < perSecond) {
      lines.writtenAt.push(at);
      return true;
    }
    if (lines.suppressed === 0) lines.firstSuppressedAt = at;
    lines.suppressed += 1;
    return false;
  }

  /** Forgets who has been quiet for a second, and tells what was held back from whom. Runs once a second. */
  report(at: number): readonly SuppressedLines[] {
    if (isWithin(SECOND_MS, this.sweptAt, at)) return [];
    this.sweptAt = at;
    const reports: SuppressedLines[] = [];
    for (const [remote, lines] of this.remotes) {
      const isQuiet = !isWithin(SECOND_MS, lines.lastSeenAt, at);
      const isDue = isQuiet || !isWithin(REPORT_INTERVAL_MS, lines.firstSuppressedAt, at);
      if (lines.suppressed > 0 && isDue) {
        reports.push({ remote, count: lines.suppressed });
        lines.suppressed = 0;
      }
      if (isQuiet) this.remotes.delete(remote);
    }
    return reports;
  }

  private add(remote: string, at: number): RemoteLines {
    if (this.remotes.size >= LOG_LIMITS.remotesMax) {
      const first = this.remotes.keys().next();
      if (first.done !== true) this.remotes.delete(first.value);
    }
    const lines = { writtenAt: [], suppressed: 0, firstSuppressedAt: 0, lastSeenAt: at };
    this.remotes.set(remote, lines);
    return lines;
  }
}

/** False too when the clock has gone back: then what was remembered means nothing. */
function isWithin(spanMs: number, since: number, at: number): boolean {
  return at >= since && at - since < spanMs;
}
