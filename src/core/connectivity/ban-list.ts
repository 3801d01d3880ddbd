import type { UnixMillis } from '../support/brand.ts';
import { unixMillis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import { bansOfText, REASON_LENGTH_MAX, rowOf } from './ban-document.ts';
import { idOf, type Ban, type BanSubject } from './ban-subject.ts';

/** A ban of the operator lasts ten years at most. */
const BAN_MS_MAX = 10 * 365 * 86_400_000;
/** Of the document: its brackets. */
const FRAME_BYTES = 2;

interface KeptBan {
  readonly ban: Ban;
  /** Its part of the document: 20,000 of them would be made anew for each change. */
  readonly row: string;
}

/**
 * Goal: who misbehaved stays away for a while, also over a restart. Adversary: somebody who is banned
 * under any number of names. Mechanism: by node id, and by host where a host is somebody's own; each
 * further ban of the same subject within a day of the last lasts twice as long. Bound: `bansMax`, and
 * `bansBytesMax` as a document; the one that ends first goes. Cost: O(1) per look; O(n) per insertion
 * into a full list, and per document.
 */
export class BanList {
  /** Ended bans stay until they are swept, so that the next one is longer. */
  private readonly bans = new Map<string, KeptBan>();
  private bytes = FRAME_BYTES;

  constructor(private readonly limits: NodeLimits) {}

  get size(): number {
    return this.bans.size;
  }

  /** The ban that holds now. */
  of(id: string, now: UnixMillis): Ban | undefined {
    const ban = this.bans.get(id)?.ban;
    return ban !== undefined && ban.until > now ? ban : undefined;
  }

  active(now: UnixMillis): Ban[] {
    const active: Ban[] = [];
    for (const { ban } of this.bans.values()) if (ban.until > now) active.push(ban);
    return active;
  }

  /** Bans for misbehaviour: `banMs`, doubled for each ban that is less than a day old. */
  banForScore(subject: BanSubject, reason: string, now: UnixMillis): Ban {
    const before = this.bans.get(idOf(subject))?.ban;
    const count = (before?.count ?? 0) + 1;
    const { banMs, banMaxMs } = this.limits;
    const durationMs = Math.min(banMaxMs, banMs * 2 ** Math.min(count - 1, 20));
    return this.add({
      subject,
      reason,
      by: 'score',
      since: now,
      until: later(now, durationMs),
      count,
    });
  }

  banByOperator(subject: BanSubject, reason: string, now: UnixMillis, durationMs: number): Ban {
    const count = (this.bans.get(idOf(subject))?.ban.count ?? 0) + 1;
    const until = later(now, Math.min(Math.max(durationMs, 1), BAN_MS_MAX));
    const words = reason.slice(0, REASON_LENGTH_MAX);
    return this.add({ subject, reason: words, by: 'operator', since: now, until, count });
  }

  /** @returns whether there was one */
  lift(id: string): boolean {
    const kept = this.bans.get(id);
    if (kept !== undefined) this.bytes -= bytesOf(kept.row);
    return this.bans.delete(id);
  }

  /** Forgets bans that ended more than `banMaxMs` ago. */
  sweep(now: UnixMillis): void {
    for (const [id, { ban }] of this.bans) {
      if (ban.until + this.limits.banMaxMs < now) this.lift(id);
    }
  }

  /** ASCII, at most `bansBytesMax` long. */
  encode(): string {
    const rows: string[] = [];
    for (const { row } of this.bans.values()) rows.push(row);
    return `[${rows.join()}]`;
  }

  restore(text: string | undefined): void {
    for (const ban of bansOfText(text, this.limits)) {
      const row = rowOf(ban);
      if (this.isFullFor(row)) return;
      this.lift(idOf(ban.subject));
      this.keep(ban, row);
    }
  }

  private add(ban: Ban): Ban {
    const row = rowOf(ban);
    this.lift(idOf(ban.subject));
    while (this.bans.size > 0 && this.isFullFor(row)) this.dropFirstToEnd();
    this.keep(ban, row);
    return ban;
  }

  private keep(ban: Ban, row: string): void {
    this.bans.set(idOf(ban.subject), { ban, row });
    this.bytes += bytesOf(row);
  }

  private isFullFor(row: string): boolean {
    const { bansMax, bansBytesMax } = this.limits;
    return this.bans.size >= bansMax || this.bytes + bytesOf(row) > bansBytesMax;
  }

  private dropFirstToEnd(): void {
    let first: string | undefined;
    let until = Number.POSITIVE_INFINITY;
    for (const [id, { ban }] of this.bans) {
      if (ban.until < until) [first, until] = [id, ban.until];
    }
    if (first !== undefined) this.lift(first);
  }
}

/** The row, and a comma. */
function bytesOf(row: string): number {
  return row.length + 1;
}

function later(now: UnixMillis, byMs: number): UnixMillis {
  return unixMillis(now + byMs);
}
