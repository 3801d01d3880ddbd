import { AsMap, type AsPrefix } from '../core/support/as-map.ts';
import { parseCidr, type Cidr } from '../core/support/cidr.ts';
import { NAMED_FILE_LIMITS } from '../core/support/surface-limits.ts';
import { type ConfigFault, describeText, shownName } from './config-fault.ts';
import type { MergedValues } from './merged-values.ts';
import { namedFileFault, readNamedFile } from './named-file.ts';

const KEY = 'network.asmap_file';
const LINES_MAX = 500_000;
const FAULTS_SHOWN_MAX = 10;
const PREFIX_BITS_MAX: Readonly<Record<number, number>> = { 4: 32, 16: 48 };
const AS_NUMBER_MAX = 0xffff_ffff;
const EXPECTED = 'a network and its system, e.g. "1.0.0.0/24 AS13335" or "2606:4700::/32 AS13335"';

interface AsMapReading {
  readonly map: AsMap | undefined;
  readonly faults: readonly ConfigFault[];
}

/**
 * The map of `network.asmap_file`: one network a line, `prefix ASnumber`; blank lines and what follows
 * a "#" are passed over. It may nest; the longest prefix decides.
 */
export function readAsMap(values: MergedValues): AsMapReading {
  const path = values.optionalText(KEY);
  if (path === undefined) return { map: undefined, faults: [] };
  const { asMapBytesMax } = NAMED_FILE_LIMITS;
  const text = readNamedFile(path, asMapBytesMax);
  if (typeof text !== 'string') {
    const expected = `a readable file of at most ${asMapBytesMax} bytes with networks and their systems`;
    return { map: undefined, faults: [namedFileFault(values, KEY, { expected, ...text })] };
  }
  return parseAsMap(path, text);
}

function parseAsMap(path: string, text: string): AsMapReading {
  const faults: ConfigFault[] = [];
  const name = shownName(path);
  const lineOfPrefix: number[] = [];
  const fault = (line: number, expected: string, got: string): void => {
    if (faults.length < FAULTS_SHOWN_MAX) {
      faults.push({ source: `${name}:${line}`, key: '', expected, got });
    }
  };
  function* prefixes(): Generator<AsPrefix> {
    for (const [line, content] of linesOf(text)) {
      if (line > LINES_MAX) return fault(line, `at most ${LINES_MAX} lines`, 'more');
      if (content === '') continue;
      const prefix = parseLine(content);
      if (prefix === undefined) fault(line, EXPECTED, shownLine(content));
      else {
        lineOfPrefix.push(line);
        yield prefix;
      }
    }
  }
  const result = AsMap.of(prefixes());
  if (!result.ok) {
    fault(lineOfPrefix[result.index] ?? 0, 'one system for a network', 'another one than before');
  }
  return { map: result.ok ? result.map : undefined, faults };
}

/** Line number and text without comment and blanks at its ends; the whole is never split at once. */
function* linesOf(text: string): Generator<readonly [line: number, content: string]> {
  let line = 0;
  for (let from = 0; from < text.length;) {
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    line += 1;
    yield [line, text.slice(from, end).replace(/#.*/s, '').trim()];
    from = end + 1;
  }
}

/** A path may be wrong and the file a secret: only what has the look of a network is repeated. */
function shownLine(content: string): string {
  const isAlike = /^[0-9a-f]*[.:][0-9a-f.:]*(\/\d{1,4})?(\s+\w{1,16})*$/i.test(content);
  return isAlike ? describeText(content) : `a line of ${content.length} characters that names none`;
}

function parseLine(content: string): AsPrefix | undefined {
  const [range = '', system = '', ...rest] = content.split(/\s+/);
  const cidr = parseCidr(range);
  const asNumber = /^AS[1-9][0-9]{0,9}$/i.test(system) ? Number(system.slice(2)) : 0;
  if (rest.length > 0 || cidr === undefined || asNumber < 1 || asNumber > AS_NUMBER_MAX) {
    return undefined;
  }
  return isNetwork(cidr) ? { ...cidr, asNumber } : undefined;
}

/** No bit behind the prefix is set, and the prefix is not longer than one that is routed. */
function isNetwork({ ip, prefixBits }: Cidr): boolean {
  if (prefixBits > (PREFIX_BITS_MAX[ip.length] ?? 0)) return false;
  return ip.every(
    (byte, i) => (byte & (0xff >> Math.min(8, Math.max(0, prefixBits - 8 * i)))) === 0,
  );
}
