import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { ConfigBench, type GivenConfig } from '../../test/support/config-bench.ts';
import { sectionOf, variablesOf } from './config-key.ts';
import { CONFIG_KEYS } from './config-keys.ts';
import type { LoadedConfig } from './load-config.ts';

let bench: ConfigBench;
beforeAll(() => {
  bench = new ConfigBench();
});
afterAll(() => bench.remove());

const load = (given: GivenConfig): LoadedConfig => bench.load(given);
const faultsOf = (given: GivenConfig): string[] => bench.faultsOf(given);

describe('faults', () => {
  test('all of all sources are reported together, each with source, key, expected and got', () => {
    const given: GivenConfig = {
      seeds: 'min_outbound_connections = "x"\nseed_peer = []',
      node: '[http]\nport = 70000\n[p2p]\nmax_inbound_connections = 8.0\n[wat]\n',
      environment: { VISION_LOG_LEVEL: 'loud' },
      flags: { '--peer': ['bad', 'ok.example:1'], '--store': 'disk' },
    };
    expect(faultsOf(given)).toEqual([
      'seed_peers.toml: seed_peer: expected one of seed_peers, min_outbound_connections, max_outbound_connections, connection_timeout_seconds, reconnection_interval_seconds, got an unknown key',
      'seed_peers.toml: min_outbound_connections: expected an integer from 0 to 1024, got "x"',
      'node.toml: wat: expected one of [network], [http], [p2p], [store], [log], [readiness], got an unknown key',
      'node.toml: http.port: expected an integer from 1 to 65535, got 70000',
      'node.toml: p2p.max_inbound_connections: expected an integer from 0 to 100000, got the float 8',
      'VISION_LOG_LEVEL: log.level: expected debug, info, warn or error, got "loud"',
      '--peer: peers[0]: expected host:port or [ipv6]:port, got "bad"',
      '--store: store.kind: expected file, redis or memory, got "disk"',
    ]);
  });

  test.each([
    [
      'min_outbound_connections = 9\nmax_outbound_connections = 8',
      'at most max_outbound_connections (8), got 9',
    ],
    ['max_outbound_connections = 7', 'at least min_outbound_connections (8), got 7'],
    ['min_outbound_connections = 17', 'at most max_outbound_connections (16), got 17'],
    ['seed_peers = "a.example:1"', 'an array of at most 1000 strings, got "a.example:1"'],
    ['seed_peers = ["a.example:1", 7]', 'seed_peers[1]: expected host:port'],
    ['seed_peers = ["0.0.0.0:7071"]', 'seed_peers[0]: expected host:port'],
    ['seed_peers = ["http://xn--v:7070"]', 'seed_peers[0]: expected host:port'],
    ['seed_peers = ["http://me:secret@a.example:1"]', 'got "http://***@a.example:1"'],
    ['connection_timeout_seconds = 0', 'an integer from 1 to 300, got 0'],
    ['reconnection_interval_seconds = 1979-05-27', 'an integer from 1 to 86400, got a date'],
    ['min_outbound_connections = 99999999999999999999', 'an integer'],
    ['seed_peers = [', 'seed_peers.toml:1:'],
    ['constructor = 1', 'seed_peers.toml: constructor: expected one of seed_peers'],
    ['__proto__ = 1', 'seed_peers.toml: __proto__: expected one of seed_peers'],
    ['"a\\nb" = 1', 'seed_peers.toml: "a\\nb": expected one of seed_peers'],
    ['[http]\nport = 1', 'seed_peers.toml: http: expected one of'],
  ])('seed_peers.toml %j is refused', (seeds, expected) => {
    const faults = faultsOf({ seeds });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(expected);
  });

  test.each([
    ['seed_peers = []', 'seed_peers: expected this key in seed_peers.toml, got an unknown key'],
    ['http = 1', 'http: expected a table, got a value'],
    ['[http]\nport = 0', 'an integer from 1 to 65535, got 0'],
    ['[http]\nport = "7070"', 'an integer from 1 to 65535, got "7070"'],
    ['[http]\nport = 7070.0', 'got the float 7070'],
    ['[http]\nport = 65534', 'at most 65533, because'],
    [
      '[http]\nport = 7071\nops_port = 7071',
      'http.ops_port: expected a port other than that of http.port',
    ],
    ['[p2p]\nport = 7072', 'p2p.port: expected a port other than that of http.ops_port'],
    ['[http]\nhost = "localhost"', 'an IP address'],
    ['[http]\nexpose_metrics = 1', 'true or false, got 1'],
    ['[p2p]\nadvertise = "0.0.0.0:7071"', 'that peers can dial'],
    ['[p2p]\nsecurity = "ssl"', 'plain, tls or prefer, got "ssl"'],
    [
      '[p2p]\ntls_ca = "ca.pem"',
      'p2p.tls_ca: expected a readable file with the certificates of authorities in PEM, got no such file',
    ],
    [
      '[p2p]\ntls_ca = "package.json"',
      'p2p.tls_ca: expected a readable file with the certificates of authorities in PEM, got no certificate',
    ],
    [
      '[p2p]\ntls_ca = "src"',
      'p2p.tls_ca: expected a readable file with the certificates of authorities in PEM, got no regular file',
    ],
    [
      '[p2p]\nsecurity = "prefer"\ntls_ca = "ca.pem"',
      'p2p.tls_ca: expected nothing: with p2p.security prefer peers need no certificate, got "ca.pem"',
    ],
    ['[network]\nchain_id = "my chain"', '1 to 63 letters'],
    ['[network]\nchain_id = "own"', 'network.genesis_hash: expected 64 hex digits, because only'],
    ['[network]\ngenesis_hash = "0x12"', '64 hex digits, got "0x12"'],
    [`[network]\ngenesis_hash = "0x${'1'.repeat(62)}"`, '64 hex digits, got'],
    ['[network]\nscope = "galaxy"', 'auto, public, private or cluster'],
    ['[network]\nallowed_cidrs = ["10.0.0.0/33"]', 'network.allowed_cidrs[0]: expected a range'],
    ['[network]\nallowed_name_suffixes = ["a b"]', 'network.allowed_name_suffixes[0]'],
    ['[network]\nzone = "a b"', 'at most 63 printable'],
    ['[store]\ndata_dir = ""', 'a path of 1 to 4096 characters, got ""'],
    ['[store]\nkind = "redis"', 'store.redis.url: expected a URL here or a file'],
    ['[store.redis]\nurl = "http://u:secret@h"', 'got a value that is not shown'],
    ['[store.redis]\nurl = "redis://u:secret%zz@h"', 'got a value that is not shown'],
    ['[store.redis]\nurl = "redis://h:0"', 'got a value that is not shown'],
    ['"\\u0085\\u202e\\u2028" = 1', 'node.toml: "\\u0085\\u202e\\u2028": expected one of'],
    [`[p2p]\nport = ${'9'.repeat(5_000)}`, `got ${'9'.repeat(80)}…`],
    ['[store]\nkind = "redis"\n[store.redis]\nurl = "redis://h"\nurl_file = "f"', 'only one of'],
    ['[store.redis]\nurl = "redis://h"\nurls = 1', 'expected one of store.redis.url'],
    ['[http]\nport = 1\nport = 2', 'a syntax error'],
  ])('node.toml %j is refused', (node, expected) => {
    const faults = faultsOf({ node });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(expected);
    expect(faults[0]).not.toContain('secret');
  });

  test('a fault that follows from another fault is not told as well', () => {
    expect(
      faultsOf({ seeds: 'min_outbound_connections = -1\nmax_outbound_connections = 4' }),
    ).toHaveLength(1);
    expect(faultsOf({ flags: { '--chain': '' } })).toHaveLength(1);
  });

  test('the name of a file is on one line, and without what may be a password', () => {
    for (const flag of ['--seeds', '--config']) {
      const named = (name: string): string[] => faultsOf({ flags: { [flag]: name } });
      const missing = 'expected a readable TOML file in UTF-8, got no such file';
      expect(named('https://me:canary@h.example/x?token=canary')).toEqual([
        `https://***@h.example/x?***: ${missing}`,
      ]);
      expect(named('a\nerror: \u001b[31m\u202eb')).toEqual([
        `a\\u000aerror: \\u001b[31m\\u202eb: ${missing}`,
      ]);
    }
  });

  test('so it is with a file that is there, whatever is wrong in it', () => {
    for (const text of ['[http]\nport = 0', 'http = 1', 'x = 1', '=']) {
      const path = join(bench.directory, 'me:canary@h\nnode.toml');
      writeFileSync(path, text);
      const faults = faultsOf({ flags: { '--config': path } });
      expect(faults).toEqual([expect.stringMatching(/^\*\*\*@h\\u000anode\.toml[:\d]*: /)]);
    }
  });

  test('a named file must exist, a default one need not', () => {
    const flags = { '--seeds': join(bench.directory, 'none.toml'), '--config': bench.directory };
    expect(faultsOf({ flags })).toEqual([
      'none.toml: expected a readable TOML file in UTF-8, got no such file',
      `${bench.directory}: expected a readable TOML file in UTF-8, got EISDIR`,
    ]);
  });

  test('bytes that are not UTF-8 are a fault', () => {
    const path = join(bench.directory, 'latin.toml');
    writeFileSync(path, Buffer.from([0x22, 0xe9, 0x22]));
    expect(faultsOf({ flags: { '--config': path } })).toHaveLength(1);
  });

  test('1,000 seeds are accepted, 1,001 are not', () => {
    const seeds = (count: number): string =>
      `seed_peers = ${JSON.stringify(Array.from({ length: count }, (_, i) => `10.0.0.1:${i + 1}`))}`;
    expect(load({ seeds: seeds(1_000) }).config.discovery.seeds).toHaveLength(1_000);
    expect(faultsOf({ seeds: seeds(1_001) })).toHaveLength(1);
  });

  test('each integer key accepts exactly the range that it documents', () => {
    for (const key of CONFIG_KEYS.filter(({ type }) => type === 'integer')) {
      const [, low, high] = /^an integer from (\d+) to (\d+)$/.exec(
        key.expected,
      ) as RegExpExecArray;
      const own = (value: number): string[] => {
        const [name] = variablesOf(key) as [string];
        return faultsOf({ environment: { [name]: String(value) } }).filter((fault) =>
          fault.includes(`expected ${key.expected}`),
        );
      };
      expect([own(Number(low)), own(Number(high))]).toEqual([[], []]);
      expect([own(Number(low) - 1).length, own(Number(high) + 1).length]).toEqual([1, 1]);
    }
  });

  test('whatever a file holds, the answer is a configuration or faults of one line each', () => {
    const names = CONFIG_KEYS.map((key) =>
      key.path.slice(sectionOf(key.path).length).replace('.', ''),
    );
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.array(fc.string()),
    );
    const setting = fc.tuple(fc.constantFrom(...names, '"\\u001b[0m"'), value);
    const assignment = setting.map(([name, content]) => `${name} = ${JSON.stringify(content)}`);
    fc.assert(
      fc.property(fc.oneof(assignment, fc.string()), (seeds) => {
        for (const fault of faultsOf({ seeds })) {
          expect(fault).toMatch(/^[^\p{Cc}]*: expected [^\p{Cc}]+, got [^\p{Cc}]+$/u);
        }
      }),
      { numRuns: 300 },
    );
  });
});
