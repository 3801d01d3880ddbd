import { getServers, Resolver } from 'node:dns/promises';

import type { SourceReadFailure } from '../core/connectivity/seed-source.ts';
import { ipsOfAnswers, type SrvRecord } from './dns-answers.ts';
import { errorCodeOf } from './socket-faults.ts';

export type LookupResult<T> =
  | { readonly ok: true; readonly answers: readonly T[] }
  | { readonly ok: false; readonly failure: SourceReadFailure };

/** One try, as long as a lookup may take at all. */
const RESOLVER_OPTIONS = { timeout: 2_000, tries: 1 };
/** A datagram may be lost: a question without an answer is asked once more after this time. */
const ASK_AGAIN_MS = 700;
/** RFC 8305, section 3: how long the other address family may lag behind the first answer. */
const RESOLUTION_DELAY_MS = 50;
const SEVERITY: readonly SourceReadFailure[] = ['name-not-found', 'resolver-error', 'no-answer'];

/**
 * One name's questions, each on a c-ares channel of its own (70 µs): giving up this name cancels no
 * other, the servers are those that the system names now, and c-ares has no history by which it
 * would shorten its timeout (down to 250 ms) or, in its own retries, forget a question whose answer
 * is merely late.
 */
export class NameLookup {
  private readonly resolvers = new Set<Resolver>();
  private isOver = false;

  constructor(private readonly servers: readonly string[] | undefined) {}

  /** A and AAAA of the first of `names` that has any; IPv6 first. */
  addresses(names: readonly string[], timeoutMs: number): Promise<LookupResult<Uint8Array>> {
    return this.firstOf(names, timeoutMs, (name) => this.addressesOf(name));
  }

  /** SRV records of the first of `names` that has any, in no order. */
  services(names: readonly string[], timeoutMs: number): Promise<LookupResult<SrvRecord>> {
    return this.firstOf(names, timeoutMs, (name) =>
      this.ask((resolver) => resolver.resolveSrv(name)),
    );
  }

  cancel(): void {
    this.isOver = true;
    for (const resolver of this.resolvers) resolver.cancel();
  }

  private async firstOf<T>(
    names: readonly string[],
    timeoutMs: number,
    askFor: (name: string) => Promise<LookupResult<T>>,
  ): Promise<LookupResult<T>> {
    const timer = setTimeout(() => this.cancel(), timeoutMs);
    let failure: SourceReadFailure = 'name-not-found';
    for (const name of names) {
      const result = this.isOver ? noAnswer : await askFor(name);
      if (result.ok) {
        clearTimeout(timer);
        this.cancel();
        return result;
      }
      failure = worse(failure, result.failure);
    }
    clearTimeout(timer);
    return { ok: false, failure };
  }

  private async addressesOf(name: string): Promise<LookupResult<Uint8Array>> {
    const answers: (LookupResult<string> | undefined)[] = [undefined, undefined];
    const questions = [
      this.ask((resolver) => resolver.resolve6(name)),
      this.ask((resolver) => resolver.resolve4(name)),
    ].map(async (question, family) => (answers[family] = await question));
    const both = Promise.all(questions);
    const first = await Promise.race(questions);
    if (first.ok) await withinMs(both, RESOLUTION_DELAY_MS);
    else await both;
    const texts = answers.flatMap((answer) => (answer?.ok === true ? answer.answers : []));
    const ips = ipsOfAnswers(texts);
    if (ips.length > 0) return { ok: true, answers: ips };
    const failures = answers.map((answer) => (answer?.ok === false ? answer.failure : undefined));
    return { ok: false, failure: failures.reduce(worse, 'name-not-found') ?? 'name-not-found' };
  }

  private async ask<T>(question: Question<T>): Promise<LookupResult<T>> {
    const first = this.askOnce(question, this.servers);
    let timer: NodeJS.Timeout | undefined;
    const pause = new Promise<void>((resolve) => (timer = setTimeout(resolve, ASK_AGAIN_MS)));
    const again = pause.then(async () => {
      const result = await this.askOnce(question, rotated(this.servers ?? getServers()));
      return result.ok ? result : first;
    });
    const result = await Promise.race([first, again]);
    clearTimeout(timer);
    return result;
  }

  private async askOnce<T>(
    question: Question<T>,
    servers: readonly string[] | undefined,
  ): Promise<LookupResult<T>> {
    if (this.isOver) return noAnswer;
    const resolver = new Resolver(RESOLVER_OPTIONS);
    this.resolvers.add(resolver);
    try {
      if (servers !== undefined) resolver.setServers(servers);
      const answers = await question(resolver);
      if (answers.length > 0) return { ok: true, answers };
      return { ok: false, failure: 'name-not-found' };
    } catch (error) {
      return { ok: false, failure: lookupFailureOf(error) };
    } finally {
      this.resolvers.delete(resolver);
    }
  }
}

type Question<T> = (resolver: Resolver) => Promise<T[]>;

const noAnswer = { ok: false, failure: 'no-answer' } as const;

/** The next server first: the one that did not answer may be the one that is down. */
function rotated(servers: readonly string[]): readonly string[] {
  return [...servers.slice(1), ...servers.slice(0, 1)];
}

function lookupFailureOf(error: unknown): SourceReadFailure {
  switch (errorCodeOf(error)) {
    case 'ENOTFOUND':
    case 'ENODATA':
    case 'EBADNAME':
      return 'name-not-found';
    case 'ETIMEOUT':
    case 'ECANCELLED':
      return 'no-answer';
    default:
      return 'resolver-error';
  }
}

function worse(a: SourceReadFailure, b: SourceReadFailure | undefined): SourceReadFailure {
  return b !== undefined && SEVERITY.indexOf(b) > SEVERITY.indexOf(a) ? b : a;
}

async function withinMs(promise: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}
