import { writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { sectionOf } from '../../../src/config/config-key.ts';
import { CONFIG_KEYS } from '../../../src/config/config-keys.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import {
  LOG_FORMATS,
  LOG_LEVELS,
  SECURITY_MODES,
  STORE_KINDS,
  type NodeConfig,
} from '../../../src/config/node-config.ts';
import { NETWORK_SCOPES } from '../../../src/core/support/network-scope.ts';
import { parseCanonicalPeerAddress } from '../../../src/core/support/peer-address.ts';
import { parseRedisUrl } from '../../../src/persistence/redis-address.ts';
import { VisionError } from '../../../src/support/vision-error.ts';
import { isPrintableLine, promise, type FuzzTarget } from '../fuzz-target.ts';
import { scratchPath } from '../scratch.ts';

const SEEDS_FILE = scratchPath('seed_peers.toml');
const NODE_FILE = scratchPath('node.toml');
const FLAGS = new Map([
  ['--seeds', SEEDS_FILE],
  ['--config', NODE_FILE],
]);
/** No input is longer than this, and no line needs much more than a path and a sentence. */
const LINE_LENGTH_MAX = 1_000;

/** Every key at its default, so that a new one is fuzzed as well. */
function defaultsOf(file: 'seed_peers.toml' | 'node.toml'): string {
  const keys = CONFIG_KEYS.filter((key) => key.file === file);
  return [...new Set(keys.map(({ path }) => sectionOf(path)))]
    .map((section) => {
      const lines = keys
        .filter(({ path }) => sectionOf(path) === section)
        .map(({ path, defaultValue }) => {
          return `${path.slice(path.lastIndexOf('.') + 1)}=${JSON.stringify(defaultValue)}`;
        });
      return (section === '' ? lines : [`[${section}]`, ...lines]).join('\n');
    })
    .join('\n');
}

/** Each number one below and one above what it may be. */
function beyondRanges(): (readonly [seeds: string, node: string])[] {
  return CONFIG_KEYS.flatMap(({ path, file, expected }) => {
    const range = rangeOf(expected);
    if (range === undefined || file === undefined) return [];
    return [range.low - 1, range.high + 1].map((value) => {
      const line = `${path}=${value}`;
      return file === 'node.toml' ? (['', line] as const) : ([line, ''] as const);
    });
  });
}

function rangeOf(expected: string): { low: number; high: number } | undefined {
  const [, low, high] = /^an integer from (\d+) to (\d+)$/.exec(expected) ?? [];
  return low === undefined ? undefined : { low: Number(low), high: Number(high) };
}

/** The text of both files; the first zero byte is between them. */
const SEEDS: readonly (readonly [seeds: string, node: string])[] = [
  [defaultsOf('seed_peers.toml'), defaultsOf('node.toml')],
  [
    'seed_peers=["a.example:7071","[2001:db8::1]:1","dns+b.example:2","dnssrv+_p2p._tcp.c","http://d:80","http://[::1]"]',
    '[p2p]\nadvertise="peer.example:7071"\nsecurity="plain"\ntls_ca="ca.pem"',
  ],
  ['min_outbound_connections=8\nmax_outbound_connections=9', '[http]\nport=65533'],
  ['connection_timeout_seconds=300', '[http]\nport=7070\nops_port=7073\n[p2p]\nport=7072'],
  ['', 'http.port=0x1b9e\nhttp.host="::1"\nreadiness.min_peers=+1_0'],
  ['', '[store]\nkind="redis"\n[store.redis]\nurl="rediss://u:p%40@h:6380/2"\nkey_prefix="v:"'],
  ['', '[store]\nkind="redis"\nredis.url_file="f"'],
  ['', '[network]\nscope="cluster"\nallowed_cidrs=["10.0.0.0/8"]\nallowed_name_suffixes=["x.y"]'],
  ['', `[network]\nchain_id="own"\ngenesis_hash="${'0f'.repeat(32)}"\nzone="z"`],
  ['', '[network]\nasmap_file="LICENSE"'],
  ['"\\u0085\\u202e"=1\nconstructor=1\n__proto__=1', "['a\u2028']\nb=1979-05-27T07:32:00Z"],
  [`seed_peers=[{a=[1.5,inf,nan,"""\n"""]},'''x''']`, `http=[[]]\np2p.port=${'9'.repeat(1_500)}`],
  [`a=${'['.repeat(40)}`, '[[http]]\nport=1'],
  ['min_outbound_connections=9\nmax_outbound_connections=8', ''],
  ['', 'http.port=65534'],
  ['', 'http.port=7070\np2p.port=7070'],
  ['seed_peers=["0.0.0.0:1"]', ''],
  ['', 'p2p.advertise="[::]:1"'],
  ['', 'network.allowed_cidrs=["1.0.0.0/33"]'],
  ...beyondRanges(),
];

export const toml: FuzzTarget = {
  name: 'toml',
  cases: 12_000,
  seeds: SEEDS.map((texts) => new Uint8Array(Buffer.from(texts.join('\0')))),
  run: (bytes) => {
    const zero = bytes.indexOf(0);
    writeFileSync(SEEDS_FILE, zero < 0 ? bytes : bytes.subarray(0, zero));
    writeFileSync(NODE_FILE, zero < 0 ? '' : bytes.subarray(zero + 1));
    const loaded = loadOrFaults();
    if (typeof loaded === 'string') return checkFaults(loaded);
    for (const warning of loaded.warnings) promise(isPrintableLine(warning), 'a warning is a line');
    const { config } = loaded;
    checkIntegers(config);
    checkPorts(config);
    checkNetwork(config.network);
    checkDiscovery(config.discovery);
    checkChoices(config);
    checkStore(config.store);
  },
};

function loadOrFaults(): ReturnType<typeof loadConfig> | string {
  try {
    return loadConfig({ flags: FLAGS, environment: {} });
  } catch (error) {
    if (!(error instanceof VisionError) || error.code !== 'VN_ERR_CONFIG') throw error;
    return error.message;
  }
}

function checkFaults(message: string): void {
  const [title = '', ...lines] = message.split('\n');
  const count = /^the configuration is invalid \((\d+) faults?\)$/.exec(title)?.[1];
  promise(Number(count) === lines.length && lines.length > 0, 'one line for each fault');
  for (const line of lines) {
    promise(isPrintableLine(line), 'a fault is a printable line');
    promise(line.length <= LINE_LENGTH_MAX, 'a fault is a short line');
    promise(/: expected .+, got .+$/.test(line), 'a fault says what would be good');
    const isOfAsMap = /^[^:]*LICENSE:\d+: expected /.test(line);
    const named = [SEEDS_FILE, NODE_FILE].some((file) => line.startsWith(`${file}:`));
    promise(named || isOfAsMap, 'a fault names its file');
  }
}

function integersOf(config: NodeConfig): Readonly<Record<string, number>> {
  return {
    'http.port': config.http.port,
    'http.ops_port': config.http.opsPort,
    'p2p.port': config.p2p.port,
    'p2p.max_inbound_connections': config.p2p.maxInboundConnections,
    'readiness.min_peers': config.readiness.minPeers,
    'readiness.lone_node_seconds': config.readiness.loneNodeSeconds,
    'readiness.max_wait_seconds': config.readiness.maxWaitSeconds,
    min_outbound_connections: config.discovery.minOutboundConnections,
    max_outbound_connections: config.discovery.maxOutboundConnections,
    connection_timeout_seconds: config.discovery.connectionTimeoutSeconds,
    reconnection_interval_seconds: config.discovery.reconnectionIntervalSeconds,
  };
}

function checkIntegers(config: NodeConfig): void {
  const values = integersOf(config);
  for (const { path, type, expected } of CONFIG_KEYS) {
    if (type !== 'integer') continue;
    const value = values[path];
    const range = rangeOf(expected);
    if (value === undefined || range === undefined) throw new Error(`${path} is not checked here`);
    promise(
      Number.isSafeInteger(value) && range.low <= value && value <= range.high,
      `${path} within the documented range`,
    );
  }
}

function checkPorts({ http, p2p, discovery }: NodeConfig): void {
  promise(new Set([http.port, http.opsPort, p2p.port]).size === 3, 'three different ports');
  promise(
    [http.host, http.opsHost, p2p.host].every((host) => isIP(host) !== 0),
    'listen addresses are addresses',
  );
  promise(
    discovery.minOutboundConnections <= discovery.maxOutboundConnections,
    'the minimum is at most the maximum',
  );
  const { advertise } = p2p;
  if (advertise === undefined) return;
  promise(parseCanonicalPeerAddress(advertise.key).ok, 'a canonical own address');
  promise(advertise.ip?.every((byte) => byte === 0) !== true, 'not the unspecified address');
}

function checkNetwork(network: NodeConfig['network']): void {
  promise(/^[a-z0-9][a-z0-9._-]{0,62}$/i.test(network.chainId), 'the name of a chain');
  promise(network.genesisHash.length === 32, 'a genesis hash of 32 bytes');
  promise(network.allowedCidrs.length <= 1_000, 'few ranges');
  promise(
    network.allowedCidrs.every(({ ip, prefixBits }) => prefixBits <= 8 * ip.length),
    'prefixes that fit',
  );
  promise(
    network.allowedNameSuffixes.every((suffix) => /^[a-z0-9_.-]{1,253}$/i.test(suffix)),
    'suffixes of names',
  );
  promise(/^[!-~]{0,63}$/.test(network.zone), 'a zone that a Hello can carry');
}

function checkDiscovery({ seeds }: NodeConfig['discovery']): void {
  promise(seeds.length <= 1_000, 'few seeds');
  promise(new Set(seeds.map(({ text }) => text)).size === seeds.length, 'each seed once');
  for (const seed of seeds) {
    if (seed.kind === 'http') promise(URL.canParse(seed.url), 'a URL that can be asked');
    if (seed.kind !== 'address') continue;
    promise(parseCanonicalPeerAddress(seed.address.key).ok, 'a canonical seed');
    promise(seed.address.ip?.every((byte) => byte === 0) !== true, 'a seed that can be dialled');
  }
}

function checkChoices({ network, p2p, log, http }: NodeConfig): void {
  promise(NETWORK_SCOPES.includes(network.scope), 'a known scope');
  promise(SECURITY_MODES.includes(p2p.security), 'a known security');
  promise(LOG_LEVELS.includes(log.level) && LOG_FORMATS.includes(log.format), 'a known log');
  promise(typeof http.exposeMetrics === 'boolean', 'yes or no');
  promise(p2p.tlsCa === undefined || p2p.security === 'plain', 'no authority that is not obeyed');
  for (const path of [http.opsTokenFile, p2p.tlsCa]) promise(isPath(path), 'a path');
}

function checkStore({ kind, dataDir, redis }: NodeConfig['store']): void {
  promise(STORE_KINDS.includes(kind), 'a known store');
  promise(dataDir !== '' && isPath(dataDir), 'a data directory');
  promise([redis.urlFile, redis.tlsCa].every(isPath), 'paths of Redis');
  promise(/^[!-~]{0,64}$/.test(redis.keyPrefix), 'a printable prefix');
  const given = [redis.url, redis.urlFile].filter((text) => text !== undefined);
  promise(given.length <= 1 && (kind !== 'redis' || given.length === 1), 'one Redis');
  if (redis.url !== undefined) promise(parseRedisUrl(redis.url).host !== '', 'a URL of Redis');
}

function isPath(text: string | undefined): boolean {
  return text === undefined || (text.length >= 1 && text.length <= 4_096 && !text.includes('\0'));
}
