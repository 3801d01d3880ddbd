import { parsePeerAddress, type PeerAddress } from '../support/peer-address.ts';

/** One entry of the seed list, as the operator wrote it. */
export type SeedSource =
  | { readonly kind: 'address'; readonly text: string; readonly address: PeerAddress }
  /** Every A and AAAA answer is a peer. */
  | { readonly kind: 'dns'; readonly text: string; readonly host: string; readonly port: number }
  /** Every SRV answer is a peer. */
  | { readonly kind: 'dnssrv'; readonly text: string; readonly name: string }
  /** `GET /p2p/peers` of a node; the addresses are hearsay. `url` is the base, without a path. */
  | { readonly kind: 'http'; readonly text: string; readonly url: string };

/** Why a source could not be read; closed, because it is a metric label. */
export const SOURCE_READ_FAILURES = [
  'name-not-found',
  'no-answer',
  'resolver-error',
  'connection-failed',
  'bad-response',
] as const;
export type SourceReadFailure = (typeof SOURCE_READ_FAILURES)[number];

export type SeedSourceResult =
  | { readonly ok: true; readonly source: SeedSource }
  | { readonly ok: false; readonly expected: string };

const EXPECTED =
  'host:port, dns+host:port, dnssrv+_service._proto.name, http://host:port or https://host:port';

/** Reads one entry of `seed_peers`. */
export function parseSeedSource(text: string): SeedSourceResult {
  const entry = text.trim();
  if (/^https?:\/\//i.test(entry)) return httpSource(entry);
  if (entry.startsWith('dnssrv+')) return srvSource(entry);
  const isDns = entry.startsWith('dns+');
  const parsed = parsePeerAddress(isDns ? entry.slice('dns+'.length) : entry);
  if (!parsed.ok) return { ok: false, expected: EXPECTED };
  const { address } = parsed;
  if (!isDns) return { ok: true, source: { kind: 'address', text: address.key, address } };
  return {
    ok: true,
    source: { kind: 'dns', text: entry, host: address.host, port: address.port },
  };
}

function srvSource(entry: string): SeedSourceResult {
  const name = entry.slice('dnssrv+'.length).toLowerCase();
  const plausible = /^_[a-z0-9-]+\._(tcp|udp)\.[a-z0-9_.-]{1,220}$/.test(name);
  return plausible
    ? { ok: true, source: { kind: 'dnssrv', text: entry, name } }
    : { ok: false, expected: EXPECTED };
}

function httpSource(entry: string): SeedSourceResult {
  const match = /^(https?:\/\/)([^/?#@\s]+)\/?$/i.exec(entry);
  if (match === null) return { ok: false, expected: EXPECTED };
  const scheme = (match[1] as string).toLowerCase();
  const authority = match[2] as string;
  const withPort = /:\d+$/.test(authority)
    ? authority
    : `${authority}:${scheme === 'https://' ? 443 : 80}`;
  const parsed = parsePeerAddress(withPort);
  if (!parsed.ok) return { ok: false, expected: EXPECTED };
  return { ok: true, source: { kind: 'http', text: entry, url: `${scheme}${parsed.address.key}` } };
}
