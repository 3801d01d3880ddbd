import type { SeedSource, SourceReadFailure } from '../connectivity/seed-source.ts';
import type { AddressScope } from '../support/address-scope.ts';
import { millis, type AddressKey, type Millis } from '../support/brand.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import { uniform } from '../support/random-source.ts';
import type { NodeContext } from './node-context.ts';
import type { NodeInput } from './inputs.ts';
import type { SourceView } from './views.ts';

/** Addresses taken of one answer: a zone of a few hundred peers, no more. */
const ADDRESSES_PER_SOURCE_MAX = 256;

interface SourceState {
  readonly source: SeedSource;
  /** What it named last. */
  keys: readonly AddressKey[];
  readAt: Millis;
  isReading: boolean;
  hasAnswered: boolean;
  failures: number;
  lastReadAt: Millis | undefined;
  lastResult: SourceView['lastResult'];
}

type ReadResult = Extract<NodeInput, { kind: 'source-read' }>['result'];
type Answer = Extract<ReadResult, { ok: true }>;

/** The operator's seed list: fixed addresses, and sources that are read again and again. */
export class SourceReader {
  private readonly states: SourceState[];

  constructor(private readonly context: NodeContext) {
    this.states = context.options.seeds.map((source) => ({
      source,
      keys: source.kind === 'address' ? [source.address.key] : [],
      readAt: context.now,
      isReading: false,
      hasAnswered: source.kind === 'address',
      failures: 0,
      lastReadAt: undefined,
      lastResult: source.kind === 'address' ? 'ok' : 'not-read-yet',
    }));
  }

  /** Puts the fixed addresses into the book. */
  start(): void {
    for (const { source } of this.states) {
      if (source.kind !== 'address') continue;
      const { address } = source;
      this.context.change({
        kind: 'heard',
        address,
        source: 'seed',
        sourceGroup: '',
        isOperator: true,
      });
    }
  }

  /** Every seed's address, in file order. */
  seedKeys(): readonly AddressKey[] {
    return this.states.flatMap((state) => state.keys);
  }

  /** Each source that has to be read has named somebody, if only this node. */
  areAllRead(): boolean {
    return this.states.every((state) => state.hasAnswered);
  }

  views(now: Millis): Omit<SourceView, 'connected'>[] {
    return this.states.map((state) => ({
      source: state.source.text,
      kind: state.source.kind,
      up: state.hasAnswered && state.failures === 0,
      readAgeMs: state.lastReadAt === undefined ? undefined : now - state.lastReadAt,
      nextReadInMs: isReadable(state) ? Math.max(0, state.readAt - now) : undefined,
      lastResult: state.lastResult,
      failures: state.failures,
      addresses: state.keys,
    }));
  }

  nextDeadline(): Millis | undefined {
    let next: number | undefined;
    for (const state of this.states) {
      if (!isReadable(state) || state.isReading) continue;
      next = Math.min(next ?? state.readAt, state.readAt);
    }
    return next === undefined ? undefined : millis(next);
  }

  /** Reach-back: of the sources that can be read, the one that was not for longest. */
  rereadOne(): void {
    let oldest: SourceState | undefined;
    for (const state of this.states) {
      if (!isReadable(state) || state.isReading) continue;
      if (oldest === undefined || (state.lastReadAt ?? 0) < (oldest.lastReadAt ?? 0))
        oldest = state;
    }
    if (oldest !== undefined) oldest.readAt = this.context.now;
  }

  deadlineReached(): void {
    for (const [sourceIndex, state] of this.states.entries()) {
      if (!isReadable(state) || state.isReading || state.readAt > this.context.now) continue;
      state.isReading = true;
      this.context.emit({ kind: 'read-source', sourceIndex, source: state.source });
    }
  }

  answered(sourceIndex: number, result: ReadResult): void {
    const state = this.states[sourceIndex];
    if (state === undefined || !state.isReading) return;
    state.isReading = false;
    state.lastReadAt = this.context.now;
    state.lastResult = result.ok ? 'ok' : result.failure;
    if (result.ok) this.accept(state, result);
    else this.fail(state, result.failure);
    this.context.observe({
      kind: 'source-read',
      source: state.source.text,
      result: result.ok ? 'ok' : result.failure,
      addresses: result.ok ? state.keys.length : 0,
    });
    this.context.isPlanDue = true;
  }

  private accept(state: SourceState, answer: Answer): void {
    const { context } = this;
    const { sourceRereadBelowMinimumMs, sourceRereadMs, outboundMin } = context.limits;
    const isShort = context.sessions.slots('outbound') < outboundMin;
    state.failures = 0;
    state.hasAnswered = true;
    state.readAt = millis(context.now + (isShort ? sourceRereadBelowMinimumMs : sourceRereadMs));
    // The operator's names may lead anywhere; what a node lists over HTTP is hearsay like any other.
    const via = state.source.kind === 'http' ? (answer.via ?? 'public') : undefined;
    const named = answer.addresses
      .slice(0, ADDRESSES_PER_SOURCE_MAX)
      .filter((address) => this.isAcceptable(address, via));
    for (const address of named) {
      context.change({
        kind: 'heard',
        address,
        source: 'seed',
        sourceGroup: state.source.text,
        ...(via === undefined ? {} : { via }),
        isOperator: false,
      });
    }
    state.keys = named.map((address) => address.key);
  }

  private isAcceptable(address: PeerAddress, via: AddressScope | undefined): boolean {
    const { context } = this;
    if (context.isOwn(address.key)) return false;
    const refusal = via === undefined ? undefined : context.policy.judgeHearsay(address, via);
    if (refusal !== undefined) {
      context.observe({ kind: 'address-refused', address: address.key, reason: refusal });
    }
    return refusal === undefined;
  }

  private fail(state: SourceState, failure: SourceReadFailure): void {
    const { sourceRetryMinMs, sourceRetryMaxMs } = this.context.limits;
    const ceiling = Math.min(sourceRetryMaxMs, sourceRetryMinMs * 2 ** Math.min(state.failures, 8));
    const pauseMs = ceiling * (0.5 + 0.5 * uniform(this.context.options.random));
    state.failures += 1;
    state.readAt = millis(this.context.now + pauseMs);
    // A name that does not exist (yet) keeps nobody on the list, and proves nothing about who is there.
    if (failure === 'name-not-found') state.keys = [];
  }
}

function isReadable(state: SourceState): boolean {
  return state.source.kind !== 'address';
}
