import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '../core/support/bytes.ts';
import { ConfigBench, type GivenConfig } from '../../test/support/config-bench.ts';
import { variablesOf } from './config-key.ts';
import { CONFIG_KEYS } from './config-keys.ts';
import { type LoadedConfig, loadConfig } from './load-config.ts';

let bench: ConfigBench;
beforeAll(() => {
  bench = new ConfigBench();
});
afterAll(() => bench.remove());

const load = (given: GivenConfig): LoadedConfig => bench.load(given);
const faultsOf = (given: GivenConfig): string[] => bench.faultsOf(given);

describe('defaults', () => {
  test('nothing given is a testnet node on 7070, 7071 and 7072 without seeds', () => {
    const { config, warnings } = loadConfig({ flags: new Map(), environment: {} });
    expect(warnings).toEqual([]);
    expect(config.network.chainId).toBe('testnet');
    expect(config.http).toMatchObject({ host: '0.0.0.0', port: 7070, opsHost: '127.0.0.1' });
    expect([config.p2p.port, config.http.opsPort]).toEqual([7071, 7072]);
    expect(config.store).toMatchObject({ kind: 'file', dataDir: './vision_data_7070' });
    expect(config.p2p).toMatchObject({ security: 'tls', maxInboundConnections: 64 });
    expect(config.discovery).toEqual({
      seeds: [],
      peers: [],
      minOutboundConnections: 8,
      maxOutboundConnections: 16,
      connectionTimeoutSeconds: 10,
      reconnectionIntervalSeconds: 30,
    });
  });

  test('the built-in chains have their published genesis', () => {
    const genesisOf = (chain: string): string =>
      toHex(load({ flags: { '--chain': chain } }).config.network.genesisHash);
    expect(genesisOf('mainnet')).toBe(
      'd6469ec95f56b56be4921ef40b9795902c96f2ad26582ef8db8fac46f4a7aa13',
    );
    expect(genesisOf('testnet')).toBe(
      'f24a117db5bb30b3564edc4bf0e82827fefeb1acb76224a59b89e4fae03e190a',
    );
  });
});

describe('precedence', () => {
  const node = '[http]\nport = 1000\n';
  const environment = { VISION_HTTP_PORT: '2000' };
  const flags = { '--http-port': '3000' };

  test('flag > environment > node.toml > default', () => {
    expect(load({ node, environment, flags }).config.http.port).toBe(3000);
    expect(load({ node, environment }).config.http.port).toBe(2000);
    expect(load({ node }).config.http.port).toBe(1000);
    expect(load({}).config.http.port).toBe(7070);
  });

  test('environment > seed_peers.toml > default for the five keys', () => {
    const seeds = 'min_outbound_connections = 3\nseed_peers = ["a.example:1"]';
    const env = {
      VISION_MIN_OUTBOUND_CONNECTIONS: '4',
      VISION_SEED_PEERS: 'b.example:2, c.example:3',
    };
    expect(load({ seeds }).config.discovery.minOutboundConnections).toBe(3);
    const { discovery } = load({ seeds, environment: env }).config;
    expect(discovery.minOutboundConnections).toBe(4);
    expect(discovery.seeds.map((seed) => seed.text)).toEqual(['b.example:2', 'c.example:3']);
  });

  test('the source of each key is known', () => {
    const loaded = load({
      node: '[log]\nlevel = "warn"',
      environment,
      flags: { '--chain': 'mainnet' },
    });
    expect(loaded.sourceOf('log.level')).toEqual({ kind: 'node-file', name: bench.nodeFile });
    expect(loaded.sourceOf('http.port')).toEqual({ kind: 'environment', name: 'VISION_HTTP_PORT' });
    expect(loaded.sourceOf('network.chain_id')).toEqual({ kind: 'flag', name: '--chain' });
    expect(loaded.sourceOf('p2p.port').kind).toBe('default');
  });

  test('the HTTP port moves the other two and the data directory, unless they are set', () => {
    const moved = load({ environment: { VISION_PORT: '8000' } }).config;
    expect([moved.p2p.port, moved.http.opsPort]).toEqual([8001, 8002]);
    expect(moved.store.dataDir).toBe('./vision_data_8000');
    const set = load({
      flags: { '--http-port': '8000', '--p2p-port': '1', '--data-dir': 'd' },
    }).config;
    expect([set.p2p.port, set.http.opsPort, set.store.dataDir]).toEqual([1, 8002, 'd']);
  });

  test('--host listens there for HTTP and for peers, not for operations', () => {
    const { http, p2p } = load({ flags: { '--host': '127.0.0.2' } }).config;
    expect([http.host, p2p.host, http.opsHost]).toEqual(['127.0.0.2', '127.0.0.2', '127.0.0.1']);
  });

  test('every key of a file can be set by its environment variable', () => {
    for (const key of CONFIG_KEYS) {
      const [name] = variablesOf(key) as [string];
      const text = key.type === 'list' ? 'x' : '\u0001';
      const faults = faultsOf({ environment: { [name]: text } });
      const isFree = ['asmap_file', 'token_file', 'tls_ca', 'data_dir', 'url_file'].some((end) =>
        key.path.endsWith(end),
      );
      if (isFree || key.path === 'network.allowed_name_suffixes') continue;
      expect(faults.join()).toContain(`${name}: ${key.path}`);
    }
  });

  test('repeated seeds and peers count once, in order', () => {
    const repeated = { '--peer': ['B.example:1', 'a.example:1', 'b.example:1'] };
    expect(load({ flags: repeated }).config.discovery.peers.map((peer) => peer.key)).toEqual([
      'b.example:1',
      'a.example:1',
    ]);
  });
});

describe('environment', () => {
  test('variables that Kubernetes sets for a service are ignored', () => {
    const environment = {
      VISION_NODE_SERVICE_HOST: '10.0.0.1',
      VISION_NODE_SERVICE_PORT_HTTP: '7070',
      VISION_NODE_PORT: 'tcp://10.0.0.1:7070',
      VISION_NODE_PORT_7070_TCP_ADDR: '10.0.0.1',
      VISION_PORT: 'tcp://10.0.0.1:7070',
    };
    const { config, warnings } = load({ environment });
    expect(config.http.port).toBe(7070);
    expect(warnings).toEqual([
      'VISION_PORT is ignored: it is a Kubernetes service link, not a port',
    ]);
  });

  test('an unknown variable is a warning that does not show its value', () => {
    const { warnings } = load({ environment: { VISION_MIN_OUTBOUND: 'secret', OTHER: '1' } });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('VISION_MIN_OUTBOUND');
    expect(warnings[0]).not.toContain('secret');
  });

  test('an empty variable counts as not set', () => {
    const environment = { VISION_PORT: '', VISION_SEED_PEERS: ' ' };
    const { config } = load({ seeds: 'seed_peers = ["a.example:1"]', environment });
    expect(config.http.port).toBe(7070);
    expect(config.discovery.seeds).toHaveLength(1);
  });

  test('two variables of one key must agree', () => {
    const environment = { VISION_PORT: '1000', VISION_HTTP_PORT: '2000' };
    expect(faultsOf({ environment })).toEqual([
      'VISION_HTTP_PORT: http.port: expected the same value as VISION_PORT, or only one of the two, got different values',
    ]);
    expect(faultsOf({ environment: { ...environment, VISION_PORT: '2000' } })).toEqual([]);
  });

  test('a stronger url_file takes the place of a weaker url', () => {
    const node = '[store]\nkind = "redis"\n[store.redis]\nurl = "redis://h:6379/1"';
    expect(load({ node }).config.store.redis.url).toBe('redis://h:6379/1');
    const file = join(bench.directory, 'redis-url');
    writeFileSync(file, 'redis://h');
    const environment = { VISION_STORE_REDIS_URL_FILE: file };
    const { redis } = load({ node, environment }).config.store;
    expect([redis.url, redis.urlFile]).toEqual([undefined, file]);
  });

  test('settings that do nothing or show a password are warned of', () => {
    const flags = { '--redis-url': 'redis://:secret@h', '--scope': 'private' };
    const { warnings } = load({ flags });
    expect(warnings).toHaveLength(3);
    expect(warnings.join()).not.toContain(':secret');
  });
});
