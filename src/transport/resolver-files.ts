import { closeSync, openSync, readSync, statSync } from 'node:fs';

import { ipOfText } from './socket-address.ts';

const FILE_BYTES_MAX = 262_144;
const STAT_INTERVAL_MS = 1_000;
const SEARCH_DOMAINS_MAX = 6;
/** glibc's bound. */
const NDOTS_MAX = 15;
const ADDRESSES_PER_NAME_MAX = 16;
const NAME_LENGTH_MAX = 253;

/** hosts(5): lower-case name → addresses, IPv6 first. */
export type HostsTable = ReadonlyMap<string, readonly Uint8Array[]>;

/** resolv.conf(5), as far as c-ares' single questions leave it to the caller. */
export interface SearchRules {
  readonly search: readonly string[];
  /** A name with fewer dots is looked up in the search domains first. */
  readonly ndots: number;
}

/**
 * The parsed content of a small file, read again when it has changed; looked at once a second at
 * most. A file that is missing or unreadable counts as empty: it may appear later.
 */
export class WatchedFile<T> {
  private content: T;
  private version = '';
  private checkedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly path: string,
    private readonly parse: (text: string) => T,
  ) {
    this.content = parse('');
  }

  current(): T {
    const now = performance.now();
    if (now - this.checkedAt < STAT_INTERVAL_MS) return this.content;
    this.checkedAt = now;
    const version = versionOf(this.path);
    if (version !== this.version) {
      this.version = version;
      this.content = this.parse(version === '' ? '' : readStart(this.path));
    }
    return this.content;
  }
}

export function parseHosts(text: string): HostsTable {
  const table = new Map<string, Uint8Array[]>();
  for (const [first, ...names] of fieldsOfLines(text)) {
    const ip = ipOfText(first ?? '');
    if (ip === undefined) continue;
    for (const name of names) {
      const addresses = table.get(name.toLowerCase()) ?? [];
      if (addresses.length < ADDRESSES_PER_NAME_MAX) addresses.push(ip);
      table.set(name.toLowerCase(), addresses);
    }
  }
  for (const addresses of table.values()) addresses.sort((a, b) => b.length - a.length);
  return table;
}

export function parseSearchRules(text: string): SearchRules {
  let search: string[] = [];
  let ndots = 1;
  for (const [keyword, ...values] of fieldsOfLines(text)) {
    if (keyword === 'search' || keyword === 'domain') {
      search = values.map((domain) => domain.toLowerCase().replace(/\.$/, '')).filter(Boolean);
    } else if (keyword === 'options') {
      const option = values.map((value) => /^ndots:([0-9]{1,3})$/.exec(value)?.[1]).find(Boolean);
      if (option !== undefined) ndots = Math.min(Number(option), NDOTS_MAX);
    }
  }
  return { search: search.slice(0, SEARCH_DOMAINS_MAX), ndots };
}

/** The full names to ask for, in order. A trailing dot or enough dots make a name absolute. */
export function questionsFor(name: string, { search, ndots }: SearchRules): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const dots = name.split('.').length - 1;
  if (dots >= ndots) return [name];
  return [...search.map((domain) => `${name}.${domain}`), name].filter(
    (candidate) => candidate.length <= NAME_LENGTH_MAX,
  );
}

function fieldsOfLines(text: string): string[][] {
  return text
    .split('\n')
    .map((line) => line.replace(/[#;].*/s, '').trim())
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/));
}

/** Empty when there is no file that could be read. */
function versionOf(path: string): string {
  try {
    const stat = statSync(path);
    return stat.isFile() ? `${stat.ino}:${stat.mtimeMs}:${stat.size}` : '';
  } catch {
    return '';
  }
}

function readStart(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(FILE_BYTES_MAX);
      return bytes.toString('utf8', 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
