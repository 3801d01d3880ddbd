import type { Millis } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import { below, uniform, type RandomSource } from '../support/random-source.ts';
import type { AddressEntry } from './address-entry.ts';
import type { BookEntry } from './book-entry.ts';
import type { EntryTable } from './entry-table.ts';

/** Which entry is wanted: one of a table, or of either by a coin. */
export interface EntryChoice {
  readonly table: 'new' | 'tried' | 'either';
  readonly isEligible: (entry: AddressEntry) => boolean;
  readonly now: Millis;
}

/** With half of the groups eligible, 32 draws fail once in 4 thousand million. */
const GROUPS_DRAWN = 32;
/** A group of many failing entries does not fail as a whole. */
const ENTRIES_DRAWN = 4;
/** A table this small is looked through when the draws found nothing: its one good entry counts. */
const SCANNED_MAX = 64;

/**
 * Goal: an address that no single owner of many could make likely. Adversary: many addresses in few
 * groups, in either table. Mechanism: a coin for the table, a group uniformly, an entry by rejection
 * on its weight; when every draw was rejected, the last eligible one. Bound and cost: 128 draws and
 * one look through at most 64 entries, whatever the sizes.
 */
export function chooseEntry(
  tables: { readonly fresh: EntryTable; readonly tried: EntryTable },
  choice: EntryChoice,
  limits: NodeLimits,
  random: RandomSource,
): BookEntry | undefined {
  const { fresh, tried } = tables;
  if (choice.table === 'new') return chooseOf(fresh, choice, limits, random);
  if (choice.table === 'tried') return chooseOf(tried, choice, limits, random);
  const [first, second] = below(random, 2) === 0 ? [tried, fresh] : [fresh, tried];
  return chooseOf(first, choice, limits, random) ?? chooseOf(second, choice, limits, random);
}

function chooseOf(
  table: EntryTable,
  choice: EntryChoice,
  limits: NodeLimits,
  random: RandomSource,
): BookEntry | undefined {
  let fallback: BookEntry | undefined;
  for (let round = 0; round < GROUPS_DRAWN; round += 1) {
    const entries = limits.isGroupFirst ? table.drawGroup(random) : table;
    if (entries === undefined || entries.size === 0) return undefined;
    for (let tries = Math.min(ENTRIES_DRAWN, entries.size); tries > 0; tries -= 1) {
      const entry = entries.draw(random) as BookEntry;
      if (!choice.isEligible(entry)) continue;
      fallback = entry;
      if (uniform(random) < weightOf(entry, choice.now, limits)) return entry;
    }
  }
  return fallback ?? scan(table, choice, random);
}

/** Bitcoin Core's chance: less with each failure, nearly none when it was dialled just now. */
function weightOf(entry: BookEntry, now: Millis, limits: NodeLimits): number {
  const { lastDialAt, failures } = entry;
  const isRecent = lastDialAt !== undefined && now - lastDialAt < limits.recentDialMs;
  return limits.failureWeight ** failures * (isRecent ? limits.recentDialWeight : 1);
}

function scan(table: EntryTable, choice: EntryChoice, random: RandomSource): BookEntry | undefined {
  const entries = table.values();
  if (entries.length > SCANNED_MAX) return undefined;
  const start = below(random, entries.length);
  for (let i = 0; i < entries.length; i += 1) {
    const entry = entries[(start + i) % entries.length] as BookEntry;
    if (choice.isEligible(entry)) return entry;
  }
  return undefined;
}
