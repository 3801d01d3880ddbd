import type { NodeId, UnixMillis } from '../support/brand.ts';
import { unixMillis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { BanSubject } from './ban-subject.ts';

export interface Ban {
  readonly subject: BanSubject;
  readonly reason: string;
  readonly by: 'operator' | 'score';
  readonly since: UnixMillis;
  readonly until: UnixMillis;
  /** Bans so far: each doubles the next. */
  readonly count: number;
}

/** A ban of the operator lasts ten years at most. */
const BAN_MS_MAX = 10 * 365 * 86_400_000;
const REASON_LENGTH_MAX = 200;
const TEXT_LENGTH_MAX = 8 * 1_024 * 1_024;
const NODE_ID = /^[0-9a-f]{40}$/;
const HOST = /^[0-9a-z._:-]{1,253}$/;

/**
 * Goal: who misbehaved stays away for a while, also over a restart. Adversary: somebody who is banned
 * under any number of names. Mechanism: by node id, and by host where a host is somebody's own; each
 * further ban of the same subject within a day of the last lasts twice as long. Bound: `bansMax`, the
 * one that ends first goes. Cost: O(1) per look; O(n) per insertion into a full list.
 */
export class BanList {
  /** Ended bans stay until they are swept, so that the next one is longer. */
  private readonly bans = new Map<string, Ban>();

  constructor(private readonly limits: NodeLimits) {}

  get size(): number {
    return this.bans.size;
  }

  /** The ban that holds now. */
  of(id: string, now: UnixMillis): Ban | undefined {
    const ban = this.bans.get(id);
    return ban !== undefined && ban.until > now ? ban : undefined;
  }

  active(now: UnixMillis): Ban[] {
    return [...this.bans.values()].filter((ban) => ban.until > now);
  }

  /** Bans for misbehaviour: `banMs`, doubled for each ban that is less than a day old. */
  banForScore(subject: BanSubject, reason: string, now: UnixMillis): Ban {
    const before = this.bans.get(idOf(subject));
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
    const count = (this.bans.get(idOf(subject))?.count ?? 0) + 1;
    const until = later(now, Math.min(Math.max(durationMs, 1), BAN_MS_MAX));
    return this.add({ subject, reason, by: 'operator', since: now, until, count });
  }

  /** @returns whether there was one */
  lift(id: string): boolean {
    return this.bans.delete(id);
  }

  /** Forgets bans that ended more than `banMaxMs` ago. */
  sweep(now: UnixMillis): void {
    for (const [id, ban] of this.bans) {
      if (ban.until + this.limits.banMaxMs < now) this.bans.delete(id);
    }
  }

  encode(): string {
    return JSON.stringify(
      [...this.bans].map(([id, { subject, reason, by, since, until, count }]) => ({
        id,
        kind: subject.kind,
        reason,
        by,
        since,
        until,
        count,
      })),
    );
  }

  /** Reads a document that may be absent, old or damaged: what cannot be used is left out. */
  restore(text: string | undefined): void {
    if (text === undefined || text.length > TEXT_LENGTH_MAX) return;
    for (const value of arrayOf(text).slice(0, this.limits.bansMax)) {
      const ban = banOf(value);
      if (ban !== undefined) this.add(ban);
    }
  }

  private add(ban: Ban): Ban {
    const id = idOf(ban.subject);
    this.bans.delete(id);
    if (this.bans.size >= this.limits.bansMax) this.dropFirstToEnd();
    this.bans.set(id, ban);
    return ban;
  }

  private dropFirstToEnd(): void {
    let first: string | undefined;
    let until = Number.POSITIVE_INFINITY;
    for (const [id, ban] of this.bans) {
      if (ban.until < until) [first, until] = [id, ban.until];
    }
    if (first !== undefined) this.bans.delete(first);
  }
}

/** Under which a ban is listed and lifted: the node id or the host. */
export function idOf(subject: BanSubject): string {
  return subject.kind === 'node-id' ? subject.nodeId : subject.host;
}

function later(now: UnixMillis, byMs: number): UnixMillis {
  return unixMillis(now + byMs);
}

function arrayOf(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function banOf(value: unknown): Ban | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, kind, reason, by, since, until, count } = value as Record<string, unknown>;
  const subject = subjectOf(kind, id);
  if (subject === undefined || typeof reason !== 'string') return undefined;
  if (!isTime(since) || !isTime(until) || !Number.isSafeInteger(count)) return undefined;
  return {
    subject,
    reason: reason.slice(0, REASON_LENGTH_MAX),
    by: by === 'operator' ? 'operator' : 'score',
    since: unixMillis(since),
    until: unixMillis(until),
    count: Math.max(1, count as number),
  };
}

function subjectOf(kind: unknown, id: unknown): BanSubject | undefined {
  if (typeof id !== 'string') return undefined;
  if (kind === 'node-id' && NODE_ID.test(id)) return { kind, nodeId: id as NodeId };
  return kind === 'host' && HOST.test(id) ? { kind, host: id } : undefined;
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
