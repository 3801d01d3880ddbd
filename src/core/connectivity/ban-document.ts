import type { NodeId } from '../support/brand.ts';
import { unixMillis } from '../support/brand.ts';
import { asciiJson, parseJson } from '../support/json-text.ts';
import type { NodeLimits } from '../support/limits.ts';
import { idOf, type Ban, type BanSubject } from './ban-subject.ts';

/** A list of rows; a later field may be deeper. */
const DEPTH_MAX = 4;
export const REASON_LENGTH_MAX = 200;
const NODE_ID = /^[0-9a-f]{40}$/;
const HOST = /^[0-9a-z._:-]{1,253}$/;

/** What stands for one ban in the document `bans`, in ASCII. */
export function rowOf({ subject, reason, by, since, until, count }: Ban): string {
  const { kind } = subject;
  return asciiJson({ id: idOf(subject), kind, reason, by, since, until, count });
}

/** Reads a document that may be absent, old, damaged or hostile: what cannot be used is left out. */
export function bansOfText(text: string | undefined, limits: NodeLimits): Ban[] {
  const { bansMax, bansBytesMax, bansValuesPerBanMax } = limits;
  if (text === undefined || text.length > bansBytesMax) return [];
  const valuesMax = bansMax * bansValuesPerBanMax;
  const value = parseJson(text, { depthMax: DEPTH_MAX, valuesMax });
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, bansMax)
    .map(banOf)
    .filter((ban) => ban !== undefined);
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
