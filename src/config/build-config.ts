import { parseSeedSource, type SeedSource } from '../core/connectivity/seed-source.ts';
import { fromHex } from '../core/support/bytes.ts';
import type { AsMap } from '../core/support/as-map.ts';
import { parseCidr } from '../core/support/cidr.ts';
import type { NetworkScope } from '../core/support/network-scope.ts';
import { parsePeerAddress, type PeerAddress } from '../core/support/peer-address.ts';
import { builtInGenesis } from './chain-genesis.ts';
import { redisUrlSource } from './cross-checks.ts';
import type { MergedValues } from './merged-values.ts';
import type { NodeConfig } from './node-config.ts';
import { portsOf } from './ports.ts';

/** What was read of the files that values name. */
export interface NamedFiles {
  readonly asMap: AsMap | undefined;
  readonly tlsCa: string | undefined;
}

/** The typed configuration of values that have passed every check. */
export function buildConfig(values: MergedValues, { asMap, tlsCa }: NamedFiles): NodeConfig {
  return {
    network: { ...networkOf(values), asMap },
    http: httpOf(values),
    p2p: { ...p2pOf(values), tlsCa },
    store: storeOf(values),
    log: {
      level: values.text('log.level') as NodeConfig['log']['level'],
      format: values.text('log.format') as NodeConfig['log']['format'],
    },
    readiness: {
      minPeers: values.integer('readiness.min_peers'),
      loneNodeSeconds: values.integer('readiness.lone_node_seconds'),
      maxWaitSeconds: values.integer('readiness.max_wait_seconds'),
    },
    discovery: {
      seeds: distinct(values.list('seed_peers').map(seedOf), (seed) => seed.text),
      peers: distinct(values.list('peers').map(addressOf), (address) => address.key),
      minOutboundConnections: values.integer('min_outbound_connections'),
      maxOutboundConnections: values.integer('max_outbound_connections'),
      connectionTimeoutSeconds: values.integer('connection_timeout_seconds'),
      reconnectionIntervalSeconds: values.integer('reconnection_interval_seconds'),
    },
  };
}

function networkOf(values: MergedValues): Omit<NodeConfig['network'], 'asMap'> {
  const chainId = values.text('network.chain_id');
  const genesisHex = values.optionalText('network.genesis_hash');
  const genesisHash = genesisHex === undefined ? builtInGenesis(chainId) : fromHex(genesisHex);
  return {
    chainId,
    genesisHash: checked(genesisHash),
    scope: values.text('network.scope') as NetworkScope,
    allowedCidrs: values.list('network.allowed_cidrs').map((text) => checked(parseCidr(text))),
    allowedNameSuffixes: values.list('network.allowed_name_suffixes'),
    zone: values.text('network.zone'),
  };
}

function httpOf(values: MergedValues): NodeConfig['http'] {
  const ports = portsOf(values);
  return {
    host: values.text('http.host'),
    port: ports.http,
    opsHost: values.text('http.ops_host'),
    opsPort: ports.ops,
    opsTokenFile: values.optionalText('http.ops_token_file'),
    exposeMetrics: values.boolean('http.expose_metrics'),
  };
}

function p2pOf(values: MergedValues): Omit<NodeConfig['p2p'], 'tlsCa'> {
  const advertise = values.optionalText('p2p.advertise');
  return {
    host: values.text('p2p.host'),
    port: portsOf(values).p2p,
    advertise: advertise === undefined ? undefined : addressOf(advertise),
    security: values.text('p2p.security') as NodeConfig['p2p']['security'],
    maxInboundConnections: values.integer('p2p.max_inbound_connections'),
  };
}

function storeOf(values: MergedValues): NodeConfig['store'] {
  const given = redisUrlSource(values);
  return {
    kind: values.text('store.kind') as NodeConfig['store']['kind'],
    dataDir: values.isSet('store.data_dir')
      ? values.text('store.data_dir')
      : `./vision_data_${values.integer('http.port')}`,
    redis: {
      url: given === 'url' ? values.optionalText('store.redis.url') : undefined,
      urlFile: given === 'url_file' ? values.optionalText('store.redis.url_file') : undefined,
      keyPrefix: values.text('store.redis.key_prefix'),
      tlsCa: values.optionalText('store.redis.tls_ca'),
    },
  };
}

function seedOf(text: string): SeedSource {
  const result = parseSeedSource(text);
  return checked(result.ok ? result.source : undefined);
}

function addressOf(text: string): PeerAddress {
  const result = parsePeerAddress(text);
  return checked(result.ok ? result.address : undefined);
}

/** In order, without repetitions. */
function distinct<Item>(items: readonly Item[], keyOf: (item: Item) => string): readonly Item[] {
  return [...new Map(items.map((item) => [keyOf(item), item])).values()];
}

function checked<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a value passed its check and did not parse');
  return value;
}
