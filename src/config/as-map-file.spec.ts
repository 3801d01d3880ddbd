import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigBench } from '../../test/support/config-bench.ts';

let bench: ConfigBench;
beforeAll(() => {
  bench = new ConfigBench();
});
afterAll(() => bench.remove());

function mapFile(text: string): string {
  const path = join(bench.directory, 'as.map');
  writeFileSync(path, text);
  return `[network]\nasmap_file = ${JSON.stringify(path)}\n`;
}

test('networks and their systems are read, with comments, blank lines and any line ends', () => {
  const node = mapFile(
    '# a map\r\n1.0.0.0/24 AS13335\r\n\n  1.0.0.0/8\tas64496  # wider\n2606:4700::/32 AS13335',
  );
  const { asMap } = bench.load({ node }).config.network;
  const numbers = [
    Uint8Array.of(1, 0, 0, 1),
    Uint8Array.of(1, 1, 0, 1),
    Uint8Array.of(2, 0, 0, 1),
    Uint8Array.of(0x26, 6, 0x47, 0, ...Array.from({ length: 12 }, () => 1)),
  ].map((ip) => asMap?.numberOf(ip));
  expect(numbers).toEqual([13_335, 64_496, undefined, 13_335]);
});

test('a comment goes on to the end of its line, whatever is in it', () => {
  const node = mapFile('# one\r1.0.0.0/8 AS1\n2.0.0.0/8 AS2 # two\rthree');
  const { asMap } = bench.load({ node }).config.network;
  expect(asMap?.numberOf(Uint8Array.of(1, 0, 0, 1))).toBeUndefined();
  expect(asMap?.numberOf(Uint8Array.of(2, 0, 0, 1))).toBe(2);
});

test('without a file there is no map', () => {
  expect(bench.load({}).config.network.asMap).toBeUndefined();
});

test.each([
  '1.0.0.0 AS1',
  '1.0.0.0/24',
  '1.0.0.0/24 13335',
  '1.0.0.0/24 AS0',
  '1.0.0.0/24 AS4294967296',
  '1.0.0.0/24 AS1 AS2',
  '1.0.0.1/24 AS1',
  '1.0.0.0/33 AS1',
  '2606:4700::/49 AS1',
  '2606:4700::1/32 AS1',
  '::ffff:1.0.0.0/24 AS1',
])('the line %j is a fault with file and line', (line) => {
  const node = mapFile(`8.0.0.0/8 AS1\n${line}\n`);
  const faults = bench.faultsOf({ node });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(/^as\.map:2: expected a network and its system, e\.g\..*, got "/);
});

test.each([
  '\u0000\u0001',
  '-----BEGIN PRIVATE KEY-----',
  'c2VjcmV0/c2VjcmV0',
  'deadbeef',
  'a.b c!',
])('the line %j is not repeated: it may be of a secret file', (line) => {
  const [fault] = bench.faultsOf({ node: mapFile(`${line}\n`) });
  expect(fault).toMatch(/got a line of \d+ characters that names none$/);
});

test('one network of two systems is a fault at the second line', () => {
  const node = mapFile('8.0.0.0/8 AS1\n\n8.0.0.0/8 AS2\n');
  expect(bench.faultsOf({ node })).toEqual([
    'as.map:3: expected one system for a network, got another one than before',
  ]);
});

test('ten faults are told, more say nothing new', () => {
  const node = mapFile('x\n'.repeat(100));
  expect(bench.faultsOf({ node })).toHaveLength(10);
});

test('a file that is missing or too large is a fault of the key', () => {
  const missing = '[network]\nasmap_file = "/nowhere/as.map"\n';
  expect(bench.faultsOf({ node: missing })).toEqual([
    'node.toml: network.asmap_file: expected a readable file of at most 16777216 bytes with networks and their systems, got no such file',
  ]);
  const large = mapFile('#'.repeat(16_777_217));
  expect(bench.faultsOf({ node: large })).toEqual([
    'node.toml: network.asmap_file: expected a readable file of at most 16777216 bytes with networks and their systems, got 16777217 bytes',
  ]);
  const long = mapFile('\n'.repeat(500_001));
  expect(bench.faultsOf({ node: long })).toEqual([
    'as.map:500001: expected at most 500000 lines, got more',
  ]);
});
