import type { UnixMillis } from '../support/brand.ts';
import { unixMillis } from '../support/brand.ts';
import { parseJson } from '../support/json-text.ts';
import { parseCanonicalPeerAddress, type PeerAddress } from '../support/peer-address.ts';

/** Starts remembered: enough to see two in a row. */
const STARTS_KEPT = 4;
const ANCHORS_READ_MAX = 8;
const TEXT_LENGTH_MAX = 16_384;
/** An object with two lists; a later field may be deeper. */
const SHAPE = { depthMax: 4, valuesMax: 256 };

/** What the document `anchors` says. */
export interface AnchorRecord {
  /** Peers that were connected before the last stop, longest first. */
  readonly anchors: readonly PeerAddress[];
  /** When the node was started lately, oldest first. */
  readonly starts: readonly UnixMillis[];
  /** The last run ended by a goodbye. */
  readonly isClean: boolean;
}

const NOTHING: AnchorRecord = { anchors: [], starts: [], isClean: true };

export function encodeAnchors(record: AnchorRecord): string {
  return JSON.stringify({
    anchors: record.anchors.map((address) => address.key),
    starts: record.starts.slice(-STARTS_KEPT),
    clean: record.isClean,
  });
}

/** Reads a document that may be absent, old or damaged: what cannot be used is left out. */
export function decodeAnchors(text: string | undefined): AnchorRecord {
  if (text === undefined || text.length > TEXT_LENGTH_MAX) return NOTHING;
  const fields = objectOf(text);
  if (fields === undefined) return NOTHING;
  const { anchors, starts, clean } = fields;
  return {
    anchors: listOf(anchors).slice(0, ANCHORS_READ_MAX).flatMap(addressOf),
    starts: listOf(starts).slice(-STARTS_KEPT).flatMap(timeOf),
    isClean: clean === true,
  };
}

/**
 * The anchors to dial at this start. Two starts within `spanMs` after stops without goodbye drop the
 * first: a peer whose connection crashes this node is not dialled for ever.
 */
export function anchorsToDial(
  record: AnchorRecord,
  now: UnixMillis,
  spanMs: number,
): readonly PeerAddress[] {
  const recent = record.starts.filter((start) => now - start >= 0 && now - start <= spanMs);
  const isCrashLoop = !record.isClean && recent.length >= 2;
  return isCrashLoop ? record.anchors.slice(1) : record.anchors;
}

function objectOf(text: string): Record<string, unknown> | undefined {
  const value = parseJson(text, SHAPE);
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function addressOf(value: unknown): PeerAddress[] {
  if (typeof value !== 'string') return [];
  const parsed = parseCanonicalPeerAddress(value);
  return parsed.ok ? [parsed.address] : [];
}

function timeOf(value: unknown): UnixMillis[] {
  return Number.isSafeInteger(value) ? [unixMillis(value as number)] : [];
}
