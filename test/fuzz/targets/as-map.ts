import { writeFileSync } from 'node:fs';
import { readAsMap } from '../../../src/config/as-map-file.ts';
import type { ConfigFault } from '../../../src/config/config-fault.ts';
import type { ConfigKey } from '../../../src/config/config-key.ts';
import { KEY_BY_PATH } from '../../../src/config/config-keys.ts';
import { MergedValues } from '../../../src/config/merged-values.ts';
import { AsMap, type AsPrefix } from '../../../src/core/support/as-map.ts';
import { cidrContains, parseCidr, type Cidr } from '../../../src/core/support/cidr.ts';
import { below, type RandomSource } from '../../../src/core/support/random-source.ts';
import { isPrintableLine, promise, textOf, type FuzzTarget } from '../fuzz-target.ts';
import { scratchPath } from '../scratch.ts';

const MAP_FILE = scratchPath('as.map');
const FAULTS_MAX = 10;
const PROBES = 24;

const VALUES = new MergedValues(
  [
    [
      {
        key: KEY_BY_PATH.get('network.asmap_file') as ConfigKey,
        value: MAP_FILE,
        source: { kind: 'node-file', name: 'node.toml' },
      },
    ],
  ],
  [],
);

const TEXTS = [
  '# a map\r\n1.0.0.0/24 AS13335\r\n\n  1.0.0.0/8\tas64496  # wider\n2606:4700::/32 AS13335',
  '0.0.0.0/0 AS1\n128.0.0.0/1 AS2\n255.255.255.255/32 AS4294967295\n255.255.255.254/31 AS3\n1.0.0.0/33 AS1',
  '::/0 AS1\nffff:ffff:ffff::/48 AS2\n8000::/1 AS3\n::/48 AS4',
  '10.0.0.0/8 AS1\n10.0.0.0/9 AS2\n10.64.0.0/10 AS1\n10.0.0.0/9 AS2\n10.128.0.0/9 AS3',
  '8.0.0.0/8 AS1\n8.0.0.0/8 AS2',
  '1.0.0.1/24 AS1\n::ffff:1.0.0.0/24 AS1\n2606:4700::/49 AS1\n1.0.0.0/24 AS0\n1.0.0.0/24 AS4294967296\n1.0.0.0/24 13335',
  '# one \r1.0.0.0/8 AS1\n1.0.0.0/8 AS1 # two\r # three\n \x0b2.0.0.0/8\xa0AS2',
  'x\n'.repeat(20),
];

/** The text of a file, and the same bytes as prefixes that lie in each other more than text ever would. */
export const asMap: FuzzTarget = {
  name: 'as-map',
  cases: 16_000,
  seeds: TEXTS.map((text) => new Uint8Array(Buffer.from(text, 'latin1'))),
  run: (bytes, random) => {
    writeFileSync(MAP_FILE, bytes);
    const lines = linesOf(textOf(bytes));
    const { map, faults } = readAsMap(VALUES);
    checkFaults(faults, lines);
    const prefixes = lines.map(({ prefix }) => prefix).filter((prefix) => prefix !== undefined);
    promise((map === undefined) === hasConflict(prefixes), 'a map unless it contradicts itself');
    if (map !== undefined) checkAnswers(map, prefixes, random);
    checkNested(prefixesOf(bytes), random);
  },
};

interface Line {
  readonly number: number;
  readonly prefix: AsPrefix | undefined;
}

/** As the documentation has it, without thought of speed. */
function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .map((line, i) => ({ number: i + 1, content: (line.split('#')[0] as string).trim() }))
    .filter(({ content }) => content !== '')
    .map(({ number, content }) => ({ number, prefix: prefixOf(content) }));
}

function prefixOf(content: string): AsPrefix | undefined {
  const words = content.split(/\s+/);
  const cidr = parseCidr(words[0] as string);
  const asNumber = Number(/^as([1-9]\d*)$/i.exec(words[1] ?? '')?.[1] ?? 0);
  if (words.length !== 2 || cidr === undefined) return undefined;
  if (asNumber < 1 || asNumber >= 2 ** 32) return undefined;
  return isRouted(cidr) ? { ...cidr, asNumber } : undefined;
}

function isRouted({ ip, prefixBits }: Cidr): boolean {
  const bits = [...ip].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return prefixBits <= (ip.length === 4 ? 32 : 48) && !bits.slice(prefixBits).includes('1');
}

function checkFaults(faults: readonly ConfigFault[], lines: readonly Line[]): void {
  const bad = lines.filter(({ prefix }) => prefix === undefined).slice(0, FAULTS_MAX);
  const told = faults.filter(({ expected }) => expected.startsWith('a network and its system'));
  promise(
    told.map(({ source }) => source).join() ===
      bad.map(({ number }) => `${MAP_FILE}:${number}`).join(),
    'each line that is none is told, ten of them',
  );
  promise(faults.length <= FAULTS_MAX, 'few faults');
  for (const { source, expected, got } of faults) {
    promise(/:[1-9]\d*$/.test(source), 'a fault names a line');
    promise(isPrintableLine(`${expected}${got}`) && got.length <= 600, 'a fault is a short line');
  }
}

const networkOf = ({ ip, prefixBits }: AsPrefix): string => `${ip.join('.')}/${prefixBits}`;

function hasConflict(prefixes: readonly AsPrefix[]): boolean {
  const systems = new Set(prefixes.map((prefix) => `${networkOf(prefix)} ${prefix.asNumber}`));
  return systems.size > new Set(prefixes.map(networkOf)).size;
}

/** At both ends of ranges, beside them, and anywhere. */
function checkAnswers(map: AsMap, prefixes: readonly AsPrefix[], random: RandomSource): void {
  for (let i = 0; i < PROBES; i += 1) {
    const prefix = prefixes[below(random, Math.max(1, prefixes.length))];
    const ip = probeOf(prefix ?? { ip: new Uint8Array(4), prefixBits: 0, asNumber: 1 }, random);
    promise(map.numberOf(ip) === longestMatch(prefixes, ip), 'the longest prefix decides');
  }
}

function probeOf({ ip, prefixBits }: AsPrefix, random: RandomSource): Uint8Array {
  const size = BigInt(8 * ip.length);
  const start = ip.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const end = start + (1n << (size - BigInt(prefixBits)));
  const choices = [start, end - 1n, end, start - 1n, start + BigInt(below(random, 65_536))];
  const probe = BigInt.asUintN(Number(size), choices[below(random, choices.length)] as bigint);
  return new Uint8Array(Buffer.from(probe.toString(16).padStart(2 * ip.length, '0'), 'hex'));
}

function longestMatch(prefixes: readonly AsPrefix[], ip: Uint8Array): number | undefined {
  let best: AsPrefix | undefined;
  for (const prefix of prefixes) {
    if (cidrContains(prefix, ip) && prefix.prefixBits >= (best?.prefixBits ?? 0)) best = prefix;
  }
  return best?.asNumber;
}

/** Four bytes each: family, length, where, system. */
function prefixesOf(bytes: Uint8Array): AsPrefix[] {
  const prefixes: AsPrefix[] = [];
  for (let i = 0; i + 4 <= bytes.length && prefixes.length < 64; i += 4) {
    const [kind, length, where, system] = bytes.subarray(i) as unknown as number[];
    const ip = new Uint8Array((kind as number) % 4 === 0 ? 16 : 4);
    const prefixBits = (length as number) % ((kind as number) % 4 === 0 ? 49 : 33);
    for (let bit = 0; bit < prefixBits; bit += 1) {
      const isSet = (((where as number) >> (bit % 8)) & 1) === 1;
      if (isSet) ip[bit >> 3] = (ip[bit >> 3] as number) | (0x80 >> (bit & 7));
    }
    prefixes.push({ ip, prefixBits, asNumber: 1 + ((system as number) % 5) });
  }
  return prefixes;
}

function checkNested(prefixes: readonly AsPrefix[], random: RandomSource): void {
  const result = AsMap.of(prefixes);
  promise(result.ok !== hasConflict(prefixes), 'a map unless two systems have one network');
  if (result.ok) return checkAnswers(result.map, prefixes, random);
  const later = prefixes[result.index] as AsPrefix;
  promise(
    prefixes
      .slice(0, result.index)
      .some((one) => networkOf(one) === networkOf(later) && one.asNumber !== later.asNumber),
    'the contradiction is at the later one',
  );
}
