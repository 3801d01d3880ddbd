import { builtInGenesis, BUILT_IN_CHAINS } from './chain-genesis.ts';
import { type ConfigFault, describeText } from './config-fault.ts';
import type { MergedValues } from './merged-values.ts';
import { portsOf } from './ports.ts';
import { scopeWarnings } from './scope-warnings.ts';

/** What is wrong between values that are each good by themselves. */
export function crossCheck(values: MergedValues): ConfigFault[] {
  return [
    ...outboundFaults(values),
    ...portFaults(values),
    ...genesisFaults(values),
    ...redisFaults(values),
  ];
}

/** What is allowed but hardly meant. */
export function crossWarnings(values: MergedValues): string[] {
  const warnings = scopeWarnings(values);
  const url = values.optionalText('store.redis.url');
  if (url !== undefined && values.text('store.kind') !== 'redis') {
    warnings.push('store.redis.url has no effect: store.kind is not redis');
  }
  if (values.sourceOf('store.redis.url').kind === 'flag' && /\/\/[^/]*@/.test(url ?? '')) {
    warnings.push(
      'the password in --redis-url is visible to every user of this machine: use store.redis.url_file',
    );
  }
  return warnings;
}

/** Both of url and url_file given by equally strong sources contradict each other. */
export function redisUrlSource(values: MergedValues): 'url' | 'url_file' | 'both' | 'none' {
  const hasUrl = values.optionalText('store.redis.url') !== undefined;
  const hasFile = values.optionalText('store.redis.url_file') !== undefined;
  if (!hasUrl || !hasFile) return hasUrl ? 'url' : hasFile ? 'url_file' : 'none';
  const difference =
    values.strengthOf('store.redis.url') - values.strengthOf('store.redis.url_file');
  if (difference === 0) return 'both';
  return difference > 0 ? 'url' : 'url_file';
}

function outboundFaults(values: MergedValues): ConfigFault[] {
  const [lower, upper] = ['min_outbound_connections', 'max_outbound_connections'] as const;
  const [min, max] = [values.integer(lower), values.integer(upper)];
  if (values.hasFault(lower, upper) || min <= max) return [];
  const isUpperToBlame = values.strengthOf(upper) > values.strengthOf(lower);
  return [
    isUpperToBlame
      ? fault(values, upper, `at least ${lower} (${min})`, String(max))
      : fault(values, lower, `at most ${upper} (${max})`, String(min)),
  ];
}

function portFaults(values: MergedValues): ConfigFault[] {
  const [http, p2p, ops] = ['http.port', 'p2p.port', 'http.ops_port'] as const;
  if (values.hasFault(http, p2p, ops)) return [];
  const ports = portsOf(values);
  const derivedMax = Math.max(ports.p2p, ports.ops);
  if (derivedMax > 65_535) {
    const most = 65_535 - (derivedMax - ports.http);
    const expected = `at most ${most}, because p2p.port and http.ops_port follow it unless they are set`;
    return [fault(values, http, expected, String(ports.http))];
  }
  return [
    ...samePortFaults(values, [http, ports.http], [p2p, ports.p2p]),
    ...samePortFaults(values, [http, ports.http], [ops, ports.ops]),
    ...samePortFaults(values, [p2p, ports.p2p], [ops, ports.ops]),
  ];
}

type NamedPort = readonly [path: string, port: number];

/** Blames the one that the operator set, the second if both. */
function samePortFaults(values: MergedValues, first: NamedPort, second: NamedPort): ConfigFault[] {
  if (first[1] !== second[1]) return [];
  const [blamed, other] = values.isSet(second[0]) ? [second, first] : [first, second];
  return [fault(values, blamed[0], `a port other than that of ${other[0]}`, String(blamed[1]))];
}

function genesisFaults(values: MergedValues): ConfigFault[] {
  const [chain, genesis] = ['network.chain_id', 'network.genesis_hash'] as const;
  const chainId = values.text(chain);
  const isKnown =
    values.optionalText(genesis) !== undefined || builtInGenesis(chainId) !== undefined;
  if (values.hasFault(chain, genesis) || isKnown) return [];
  const builtIn = BUILT_IN_CHAINS.join(' and ');
  const expected = `64 hex digits, because only ${builtIn} are built in`;
  const got = `nothing for the chain ${describeText(chainId)}`;
  return [{ source: values.sourceOf(chain).name, key: genesis, expected, got }];
}

function redisFaults(values: MergedValues): ConfigFault[] {
  const [kind, url, file] = ['store.kind', 'store.redis.url', 'store.redis.url_file'] as const;
  if (values.hasFault(kind, url, file) || values.text(kind) !== 'redis') return [];
  const given = redisUrlSource(values);
  if (given === 'both') return [fault(values, file, `only one of ${url} and ${file}`, 'both')];
  if (given !== 'none') return [];
  const expected = `a URL here or a file in ${file}, because store.kind is redis`;
  return [{ source: values.sourceOf(kind).name, key: url, expected, got: 'neither' }];
}

function fault(values: MergedValues, key: string, expected: string, got: string): ConfigFault {
  return { source: values.sourceOf(key).name, key, expected, got };
}
