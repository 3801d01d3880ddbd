import type { SeedSource } from '../core/connectivity/seed-source.ts';
import type { NodeInput } from '../core/node/inputs.ts';
import { peerAddressOfIp, type PeerAddress } from '../core/support/peer-address.ts';
import { uniform, type RandomSource } from '../core/support/random-source.ts';
import type { EventQueue } from './event-queue.ts';
import { OUTSIDE, type Reachability } from './reachability.ts';

type SourceResult = Extract<NodeInput, { kind: 'source-read' }>['result'];
type Addresses = readonly Uint8Array[];

const ANSWER_MS_MIN = 1;
const ANSWER_MS_MAX = 10;
/** Who cannot reach its resolver learns so after this long. */
const NO_ANSWER_MS = 2_000;

/** What is wrong with the answers about one name. */
export interface NameFault {
  /** Later than the usual few milliseconds by this. */
  readonly lateMs?: number;
  /** In place of the truth, one after the other and over again; `[[]]` for no answer at all. */
  readonly answers?: readonly Addresses[];
}

interface FaultyName extends NameFault {
  asked: number;
}

/**
 * Names of the virtual network. A name that is not set does not resolve. An answer is drawn when it
 * is asked for and arrives some milliseconds later, unless the name or the way to the resolver is
 * faulty.
 */
export class SimulatedResolver {
  private readonly hosts = new Map<string, Addresses>();
  private readonly services = new Map<string, readonly PeerAddress[]>();
  private readonly faults = new Map<string, FaultyName>();
  private readonly everAnswered = new Map<string, Uint8Array[]>();

  constructor(
    private readonly queue: EventQueue,
    private readonly random: RandomSource,
    private readonly reachability: Reachability,
  ) {}

  /** A and AAAA answers of `host`; none makes it fail. */
  setHost(host: string, addresses: Addresses): void {
    this.hosts.set(host, addresses);
    this.remember(host, addresses);
  }

  /** Answers of a `dnssrv+` name or of the `GET /p2p/peers` of an `http:` source's URL. */
  setService(nameOrUrl: string, addresses: readonly PeerAddress[]): void {
    this.services.set(nameOrUrl, addresses);
  }

  /** Every later answer about `name` is faulty, until it is cleared with undefined. */
  setFault(name: string, fault: NameFault | undefined): void {
    if (fault === undefined) {
      this.faults.delete(name);
      return;
    }
    this.faults.set(name, { ...fault, asked: 0 });
    for (const addresses of fault.answers ?? []) this.remember(name, addresses);
  }

  /** Ground truth: every address that was ever answered for `host`, truly or not. */
  everAddressesOf(host: string): Addresses {
    return this.everAnswered.get(host) ?? [];
  }

  /** @param question.asker index of the node that asks */
  resolve(
    question: { readonly name: string; readonly asker: number },
    answer: (addresses: Addresses) => void,
  ): void {
    const { name, asker } = question;
    const isCutOff = this.isCutOff(asker);
    const addresses = isCutOff ? [] : this.answerAbout(name);
    this.queue.schedule(this.answerAt(name, isCutOff), () => answer(addresses));
  }

  /** @param question.asker index of the node that asks */
  read(
    question: { readonly source: SeedSource; readonly asker: number },
    answer: (result: SourceResult) => void,
  ): void {
    const { source, asker } = question;
    const isCutOff = this.isCutOff(asker);
    const result: SourceResult = isCutOff
      ? { ok: false, failure: source.kind === 'http' ? 'connection-failed' : 'no-answer' }
      : this.resultOf(source);
    this.queue.schedule(this.answerAt(nameOf(source), isCutOff), () => answer(result));
  }

  private resultOf(source: SeedSource): SourceResult {
    switch (source.kind) {
      case 'address':
        return { ok: true, addresses: [source.address] };
      case 'dns': {
        const addresses = this.answerAbout(source.host);
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

  private answerAbout(name: string): Addresses {
    const fault = this.faults.get(name);
    if (fault?.answers === undefined) return this.hosts.get(name) ?? [];
    const addresses = fault.answers[fault.asked % fault.answers.length] ?? [];
    fault.asked += 1;
    return addresses;
  }

  private answerAt(name: string, isCutOff: boolean): number {
    const usualMs = ANSWER_MS_MIN + uniform(this.random) * (ANSWER_MS_MAX - ANSWER_MS_MIN);
    if (isCutOff) return this.queue.now + NO_ANSWER_MS;
    return this.queue.now + usualMs + (this.faults.get(name)?.lateMs ?? 0);
  }

  private isCutOff(asker: number): boolean {
    return !this.reachability.connects(asker, OUTSIDE);
  }

  private remember(host: string, addresses: Addresses): void {
    this.everAnswered.set(host, [...(this.everAnswered.get(host) ?? []), ...addresses]);
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
