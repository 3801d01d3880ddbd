import { parseSeedSource } from '../core/connectivity/seed-source.ts';
import { parseCidr } from '../core/support/cidr.ts';
import { isDialableAddress } from '../core/support/peer-address.ts';

const SUFFIX =
  /^\.?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/** `redis://` and `rediss://` with a host; ioredis would take much more for an address. */
export function isRedisUrl(text: string): boolean {
  if (!/^rediss?:\/\//.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  if (!isPercentEncoded(url.username) || !isPercentEncoded(url.password)) return false;
  return url.hostname !== '' && url.port !== '0' && /^\/?\d{0,5}$/.test(url.pathname);
}

/** A user or password that the store could not decode would stop the node after this check. */
function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

interface ListItemRule {
  readonly expected: string;
  readonly isGood: (item: string) => boolean;
}

const SEED_FORMS =
  'host:port, dns+host:port, dnssrv+_service._proto.name, http://host:port or https://host:port';

/** What each item of a list must be. */
export const LIST_ITEM_RULES: ReadonlyMap<string, ListItemRule> = new Map([
  ['seed_peers', { expected: SEED_FORMS, isGood: isSeedSource }],
  ['peers', { expected: 'host:port or [ipv6]:port', isGood: isDialableAddress }],
  [
    'network.allowed_cidrs',
    {
      expected: 'a range such as 10.0.0.0/8 or fd00::/8',
      isGood: (item) => parseCidr(item) !== undefined,
    },
  ],
  [
    'network.allowed_name_suffixes',
    {
      expected: 'the end of a host name, e.g. peers.example.svc.cluster.local',
      isGood: (item) => item.length <= 253 && SUFFIX.test(item),
    },
  ],
]);

function isSeedSource(item: string): boolean {
  const result = parseSeedSource(item);
  if (!result.ok) return false;
  const { source } = result;
  // Punycode that stands for nothing passes for a host name, and is none in a URL.
  if (source.kind === 'http') return URL.canParse(source.url);
  return source.kind !== 'address' || isDialableAddress(item.trim());
}
