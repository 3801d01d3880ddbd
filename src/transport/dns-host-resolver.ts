import type { SeedSource } from '../core/connectivity/seed-source.ts';
import { isSameOrWider, scopeOfIp, type AddressScope } from '../core/support/address-scope.ts';
import { assertNever } from '../core/support/brand.ts';
import { peerAddressOfIp } from '../core/support/peer-address.ts';
import type { HostResolver, SourceReadResult } from '../runtime/ports/host-resolver.ts';
import { BoundedQueue } from './bounded-queue.ts';
import { peersOfServices } from './dns-answers.ts';
import { readHttpPeerList } from './http-peer-list.ts';
import { NameLookup, type LookupResult } from './name-lookup.ts';
import { parseHosts, parseSearchRules, questionsFor, WatchedFile } from './resolver-files.ts';
import { ipOfText } from './socket-address.ts';

export interface DnsHostResolverOptions {
  /** `host` or `host:port`; those of the system when absent. */
  readonly servers?: readonly string[];
  readonly hostsFile?: string;
  readonly resolvConfFile?: string;
  /** For one name, its search domains included; for one HTTP read, its name included. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 2_000;
const LOOKUPS_AT_ONCE_MAX = 16;
const HTTP_READS_AT_ONCE_MAX = 4;
const WAITING_MAX = 1_024;
const ADDRESSES_PER_NAME_MAX = 16;
/** RFC 6761: what `localhost` means where no file says so. */
const LOOPBACK = ['::1', '127.0.0.1'].flatMap((text) => ipOfText(text) ?? []);
const OVERLOADED = { ok: false, failure: 'resolver-error' } as const;
const GIVEN_UP = { ok: false, failure: 'no-answer' } as const;

/**
 * Goal: names become addresses without the system's resolver, whose few threads one black-holed
 * name can hold for many seconds.
 * Adversary: names whose servers never answer; answers without end; hostile lists over HTTP.
 * Mechanism: hosts file, then c-ares, with one deadline per name.
 * Bound: 16 names and 4 HTTP reads at once, 1,024 waiting, 16 addresses a name.
 */
export class DnsHostResolver implements HostResolver {
  private readonly servers: readonly string[] | undefined;
  private readonly timeoutMs: number;
  private readonly hosts: WatchedFile<ReturnType<typeof parseHosts>>;
  private readonly searchRules: WatchedFile<ReturnType<typeof parseSearchRules>>;
  private readonly lookups = new BoundedQueue(LOOKUPS_AT_ONCE_MAX, WAITING_MAX);
  private readonly httpReads = new BoundedQueue(HTTP_READS_AT_ONCE_MAX, WAITING_MAX);
  private readonly active = new Set<{ cancel(): void }>();
  private isClosed = false;

  constructor(options: DnsHostResolverOptions = {}) {
    this.servers = options.servers;
    this.timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.hosts = new WatchedFile(options.hostsFile ?? '/etc/hosts', parseHosts);
    this.searchRules = new WatchedFile(
      options.resolvConfFile ?? '/etc/resolv.conf',
      parseSearchRules,
    );
  }

  async resolve(host: string): Promise<readonly Uint8Array[]> {
    const result = await this.addressesOf(host);
    return result.ok ? result.answers : [];
  }

  readSource(source: SeedSource): Promise<SourceReadResult> {
    switch (source.kind) {
      case 'address':
        return Promise.resolve({ ok: true, addresses: [source.address] });
      case 'dns':
        return this.readHost(source.host, source.port);
      case 'dnssrv':
        return this.readServices(source.name);
      case 'http':
        return this.httpReads.run(() => this.readHttp(source.url)) ?? Promise.resolve(OVERLOADED);
      default:
        return assertNever(source);
    }
  }

  close(): void {
    this.isClosed = true;
    for (const work of this.active) work.cancel();
  }

  private async readHost(host: string, port: number): Promise<SourceReadResult> {
    const result = await this.addressesOf(host);
    if (!result.ok) return result;
    return { ok: true, addresses: result.answers.map((ip) => peerAddressOfIp(ip, port)) };
  }

  private async readServices(name: string): Promise<SourceReadResult> {
    const result = await this.lookUp((lookup) =>
      lookup.services(questionsFor(name, this.searchRules.current()), this.timeoutMs),
    );
    if (!result.ok) return result;
    const addresses = peersOfServices(result.answers);
    return addresses.length > 0 ? { ok: true, addresses } : { ok: false, failure: 'bad-response' };
  }

  private async readHttp(base: string): Promise<SourceReadResult> {
    // The core's check of a host lets Punycode pass that stands for nothing, which URLs do not.
    if (!URL.canParse(base)) return { ok: false, failure: 'name-not-found' };
    const startedAt = performance.now();
    const host = new URL(base).hostname.replace(/^\[(.*)\]$/, '$1');
    const found = await this.addressesOf(host);
    if (!found.ok) return found;
    const leftMs = this.timeoutMs - (performance.now() - startedAt);
    if (leftMs <= 0 || this.isClosed) return GIVEN_UP;
    const abort = new AbortController();
    const work = { cancel: () => abort.abort() };
    const timer = setTimeout(work.cancel, leftMs);
    this.active.add(work);
    const result = await readHttpPeerList(base, found.answers, abort.signal);
    this.active.delete(work);
    clearTimeout(timer);
    return result.ok ? { ...result, via: widestOf(found.answers) } : result;
  }

  private async addressesOf(host: string): Promise<LookupResult<Uint8Array>> {
    const known = this.withoutAsking(host.toLowerCase().replace(/\.$/, ''));
    if (known !== undefined) return { ok: true, answers: known };
    const result = await this.lookUp((lookup) =>
      lookup.addresses(questionsFor(host, this.searchRules.current()), this.timeoutMs),
    );
    if (!result.ok) return result;
    return { ok: true, answers: result.answers.slice(0, ADDRESSES_PER_NAME_MAX) };
  }

  private withoutAsking(name: string): readonly Uint8Array[] | undefined {
    const ip = ipOfText(name);
    if (ip !== undefined) return [ip];
    const isLocalhost = name === 'localhost' || name.endsWith('.localhost');
    return this.hosts.current().get(name) ?? (isLocalhost ? LOOPBACK : undefined);
  }

  private async lookUp<T>(
    ask: (lookup: NameLookup) => Promise<LookupResult<T>>,
  ): Promise<LookupResult<T>> {
    const answer = this.lookups.run(async () => {
      if (this.isClosed) return GIVEN_UP;
      const lookup = new NameLookup(this.servers);
      this.active.add(lookup);
      const result = await ask(lookup);
      this.active.delete(lookup);
      return result;
    });
    return answer ?? OVERLOADED;
  }
}

/** Any of these addresses may have answered: what the answer names must suit the widest of them. */
function widestOf(ips: readonly Uint8Array[]): AddressScope {
  return ips.map(scopeOfIp).reduce((a, b) => (isSameOrWider(a, b) ? a : b));
}
