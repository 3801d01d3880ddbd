/** One line of a map: a network, and the number of the autonomous system that announces it. */
export interface AsPrefix {
  /** 4 or 16 bytes. */
  readonly ip: Uint8Array;
  /** At most 32 for IPv4 and 48 for IPv6: operators route nothing longer to each other. */
  readonly prefixBits: number;
  /** 1 … 2³² − 1. */
  readonly asNumber: number;
}

export type AsMapResult =
  | { readonly ok: true; readonly map: AsMap }
  /** Two lines give one network to two systems; `index` is the later one's. */
  | { readonly ok: false; readonly index: number };

/** What no line covers; RFC 7607 keeps the number for that. */
const NO_SYSTEM = 0;

/** The ranges of one address family: range i begins at `starts[i]` and ends before the next one. */
interface Ranges {
  readonly starts: Float64Array;
  readonly asNumbers: Uint32Array;
}

/**
 * Goal: tell which addresses one network operator holds, however many networks these are.
 * Adversary: none; the operator of this node made the file. Mechanism: nested prefixes are cut into
 * ranges that do not overlap, the longest prefix deciding; a look-up is a binary search.
 * Bound: 12 bytes for each end of a range, two at most for a line. Cost: O(log lines), about 1 µs.
 */
export class AsMap {
  private constructor(
    private readonly ipv4: Ranges,
    private readonly ipv6: Ranges,
  ) {}

  static of(prefixes: Iterable<AsPrefix>): AsMapResult {
    const ipv4: Row[] = [];
    const ipv6: Row[] = [];
    let index = 0;
    for (const prefix of prefixes) {
      (prefix.ip.length === 4 ? ipv4 : ipv6).push(rowOf(prefix, index));
      index += 1;
    }
    const conflict = [ipv4, ipv6].map((rows) => conflictOf(sorted(rows))).find(isIndex);
    if (conflict !== undefined) return { ok: false, index: conflict };
    return { ok: true, map: new AsMap(rangesOf(ipv4), rangesOf(ipv6)) };
  }

  /** @param ip 4 or 16 bytes */
  numberOf(ip: Uint8Array): number | undefined {
    const { starts, asNumbers } = ip.length === 4 ? this.ipv4 : this.ipv6;
    const position = positionOf(ip);
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] as number) <= position) low = middle + 1;
      else high = middle;
    }
    const found = low === 0 ? NO_SYSTEM : asNumbers[low - 1];
    return found === NO_SYSTEM ? undefined : found;
  }
}

interface Row {
  readonly start: number;
  /** First position behind it. */
  readonly end: number;
  readonly asNumber: number;
  readonly index: number;
}

/** Positions have 48 bits, which a number holds exactly; IPv4 is at their top, both are cut alike. */
const POSITION_BITS = 48;

function positionOf(ip: Uint8Array): number {
  const [a, b, c, d, e, f] = ip as unknown as [number, number, number, number, number, number];
  const top = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  return top * 65_536 + (ip.length === 4 ? 0 : (e << 8) | f);
}

function rowOf({ ip, prefixBits, asNumber }: AsPrefix, index: number): Row {
  const start = positionOf(ip);
  return { start, end: start + 2 ** (POSITION_BITS - prefixBits), asNumber, index };
}

const isIndex = (index: number | undefined): index is number => index !== undefined;

/** An enclosing prefix before what it encloses. */
function sorted(rows: Row[]): Row[] {
  return rows.sort((a, b) => a.start - b.start || b.end - a.end || a.index - b.index);
}

function conflictOf(rows: readonly Row[]): number | undefined {
  return rows.find((row, i) => {
    const before = rows[i - 1];
    const isSame = before?.start === row.start && before.end === row.end;
    return isSame && before.asNumber !== row.asNumber;
  })?.index;
}

function rangesOf(rows: readonly Row[]): Ranges {
  const starts: number[] = [];
  const asNumbers: number[] = [];
  const open: Row[] = [];
  const begin = (start: number, asNumber: number): void => {
    if (starts.at(-1) === start) asNumbers[asNumbers.length - 1] = asNumber;
    else if ((asNumbers.at(-1) ?? NO_SYSTEM) !== asNumber) {
      starts.push(start);
      asNumbers.push(asNumber);
    }
  };
  const closeUpTo = (position: number): void => {
    for (let row = open.at(-1); row !== undefined && row.end <= position; row = open.at(-1)) {
      open.pop();
      begin(row.end, open.at(-1)?.asNumber ?? NO_SYSTEM);
    }
  };
  for (const row of rows) {
    closeUpTo(row.start);
    open.push(row);
    begin(row.start, row.asNumber);
  }
  closeUpTo(2 ** POSITION_BITS);
  return { starts: Float64Array.from(starts), asNumbers: Uint32Array.from(asNumbers) };
}
