import type { SeedSource } from '../core/connectivity/seed-source.ts';
import type { NodeInput } from '../core/node/inputs.ts';
import { peerAddressOfIp, type PeerAddress } from '../core/support/peer-address.ts';
import { uniform, type RandomSource } from '../core/support/random-source.ts';
import type { EventQueue } from './event-queue.ts';

type SourceResult = Extract<NodeInput, { kind: 'source-read' }>['result'];

const ANSWER_MS_MIN = 1;
const ANSWER_MS_MAX = 10;

/**
 * Names of the virtual network. A name that is not set does not resolve. An answer is drawn when it
 * is asked for and arrives `lateMs` later than the usual few milliseconds.
 */
export class SimulatedResolver {
  private readonly hosts = new Map<string, readonly Uint8Array[]>();
  private readonly services = new Map<string, readonly PeerAddress[]>();
  private readonly lateMs = new Map<string, number>();

  constructor(
    private readonly queue: EventQueue,
    private readonly random: RandomSource,
  ) {}

  /** A and AAAA answers of `host`; none makes it fail. */
  setHost(host: string, addresses: readonly Uint8Array[]): void {
    this.hosts.set(host, addresses);
  }

  /** Answers of a `dnssrv+` name or of the `GET /p2p/peers` of an `http:` source's URL. */
  setService(nameOrUrl: string, addresses: readonly PeerAddress[]): void {
    this.services.set(nameOrUrl, addresses);
  }

  /** Every later answer about `name` takes this much longer. */
  delay(name: string, lateMs: number): void {
    this.lateMs.set(name, lateMs);
  }

  /** Ground truth: the addresses that `host` has now. */
  addressesOf(host: string): readonly Uint8Array[] {
    return this.hosts.get(host) ?? [];
  }

  resolve(host: string, answer: (addresses: readonly Uint8Array[]) => void): void {
    const addresses = this.addressesOf(host);
    this.queue.schedule(this.answerAt(host), () => answer(addresses));
  }

  read(source: SeedSource, answer: (result: SourceResult) => void): void {
    const result = this.resultOf(source);
    this.queue.schedule(this.answerAt(nameOf(source)), () => answer(result));
  }

  private resultOf(source: SeedSource): SourceResult {
    switch (source.kind) {
      case 'address':
        return { ok: true, addresses: [source.address] };
      case 'dns': {
        const addresses = this.addressesOf(source.host);
        if (addresses.length === 0) return { ok: false, failure: 'name-not-found' };
        return { ok: true, addresses: addresses.map((ip) => peerAddressOfIp(ip, source.port)) };
      }
      case 'dnssrv':
      case 'http': {
        const addresses = this.services.get(nameOf(source));
        if (addresses !== undefined) return { ok: true, addresses };
        const failure = source.kind === 'http' ? 'connection-failed' : 'name-not-found';
        return { ok: false, failure };
      }
    }
  }

  private answerAt(name: string): number {
    const usualMs = ANSWER_MS_MIN + uniform(this.random) * (ANSWER_MS_MAX - ANSWER_MS_MIN);
    return this.queue.now + usualMs + (this.lateMs.get(name) ?? 0);
  }
}

function nameOf(source: SeedSource): string {
  switch (source.kind) {
    case 'address':
      return source.address.host;
    case 'dns':
      return source.host;
    case 'dnssrv':
      return source.name;
    case 'http':
      return source.url;
  }
}
