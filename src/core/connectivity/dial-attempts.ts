import type { PeerSource } from '../address-book/vocabulary.ts';
import type { AddressScope } from '../support/address-scope.ts';
import { holdsSlot, type ConnectionClass } from '../session/connection.ts';
import type { DialFailure } from '../session/reasons.ts';
import {
  connectionId,
  millis,
  type AddressKey,
  type ConnectionId,
  type Millis,
} from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import { peerAddressOfIp, type PeerAddress } from '../support/peer-address.ts';
import { TimerTable } from '../support/timer-table.ts';

/** One dial of one address, from the resolver to the end of the handshake. */
export interface DialAttempt {
  readonly address: PeerAddress;
  readonly source: PeerSource;
  readonly class: ConnectionClass;
  /** Success makes the address one that we chose ourselves; verifying a stranger's claim does not. */
  readonly promotes: boolean;
  readonly startedAt: Millis;
  /** Without TLS, by a node that prefers it: the address did not speak it the last time. */
  readonly isPlain?: boolean;
  /** The address is hearsay that came over a connection of this class; absent: the operator's. */
  readonly via?: AddressScope | undefined;
}

export interface DialPort {
  /** `host` ends in a dot when no search domain may be put behind it. */
  resolve(requestId: number, host: string): void;
  /** Why a name is not dialled because of what it resolves to; undefined when it may be. */
  judgeAnswers(attempt: DialAttempt, answers: readonly Uint8Array[]): DialFailure | undefined;
  /** Why no socket may be opened to this address now; undefined when it is opened. */
  admit(attempt: DialAttempt, endpoint: PeerAddress): DialFailure | undefined;
  dial(id: ConnectionId, endpoint: PeerAddress, timeoutMs: number, isPlain: boolean): void;
  cancel(id: ConnectionId): void;
  failed(attempt: DialAttempt, failure: DialFailure): void;
}

interface OngoingAttempt extends DialAttempt {
  readonly deadline: Millis;
  /** Endpoints not tried yet. */
  endpoints: PeerAddress[];
  /** Sockets being opened, and where to. */
  readonly opening: Map<ConnectionId, PeerAddress>;
  /** Where the socket leads that has opened. */
  handshakingAt: PeerAddress | undefined;
  lastFailure: DialFailure;
  requestId: number | undefined;
}

/**
 * Dials in progress. Names are resolved at each dial and all answers are tried, the next one 250 ms
 * after the one before or at once when that failed (RFC 8305); the first socket that opens is used.
 * One attempt per address; the whole of it, handshake included, ends after `dialTimeoutMs`.
 */
export class DialAttempts {
  private readonly attempts = new Map<AddressKey, OngoingAttempt>();
  private readonly byConnection = new Map<ConnectionId, OngoingAttempt>();
  private readonly byRequest = new Map<number, OngoingAttempt>();
  private readonly timers = new TimerTable<AddressKey>();
  private lastConnectionId = 0;
  private lastRequestId = 0;

  constructor(
    private readonly limits: NodeLimits,
    private readonly port: DialPort,
  ) {}

  /** Attempts of a class that are not connections yet. */
  count(ofClass: ConnectionClass): number {
    let count = 0;
    for (const attempt of this.attempts.values()) if (attempt.class === ofClass) count += 1;
    return count;
  }

  /** Attempts that will take a slot. */
  get slots(): number {
    let slots = 0;
    for (const attempt of this.attempts.values()) if (holdsSlot(attempt.class)) slots += 1;
    return slots;
  }

  get size(): number {
    return this.attempts.size;
  }

  /** Dials in progress, handshake included, in the order of their start. */
  all(): IterableIterator<DialAttempt> {
    return this.attempts.values();
  }

  /** Where the sockets of a dial lead that are open or being opened. */
  endpointsOf(key: AddressKey): readonly PeerAddress[] {
    const attempt = this.attempts.get(key);
    if (attempt === undefined) return [];
    const { opening, handshakingAt } = attempt;
    return handshakingAt === undefined ? [...opening.values()] : [handshakingAt];
  }

  has(key: AddressKey): boolean {
    return this.attempts.has(key);
  }

  start(dial: DialAttempt): void {
    const attempt: OngoingAttempt = {
      ...dial,
      deadline: millis(dial.startedAt + this.limits.dialTimeoutMs),
      endpoints: [],
      opening: new Map(),
      handshakingAt: undefined,
      lastFailure: 'resolve-failed',
      requestId: undefined,
    };
    this.attempts.set(dial.address.key, attempt);
    this.timers.set(dial.address.key, attempt.deadline);
    if (dial.address.kind === 'name') {
      this.lastRequestId += 1;
      attempt.requestId = this.lastRequestId;
      this.byRequest.set(this.lastRequestId, attempt);
      const { host } = dial.address;
      // A peer's name is a full one: with a search domain it would become a name of our network.
      this.port.resolve(this.lastRequestId, dial.via === undefined ? host : `${host}.`);
    } else {
      attempt.endpoints = [dial.address];
      this.tryNext(attempt, dial.startedAt);
    }
  }

  resolved(requestId: number, addresses: readonly Uint8Array[], now: Millis): void {
    const attempt = this.byRequest.get(requestId);
    if (attempt === undefined) return;
    this.byRequest.delete(requestId);
    attempt.requestId = undefined;
    const refusal = this.port.judgeAnswers(attempt, addresses);
    if (refusal !== undefined) return this.fail(attempt, refusal);
    const { port } = attempt.address;
    attempt.endpoints = alternateFamilies(addresses)
      .slice(0, this.limits.addressesPerNameMax)
      .map((ip) => peerAddressOfIp(ip, port));
    this.tryNext(attempt, now);
  }

  /** @returns the attempt that this socket is for; its other sockets are given up. */
  opened(id: ConnectionId): DialAttempt | undefined {
    const attempt = this.byConnection.get(id);
    if (attempt === undefined) return undefined;
    attempt.handshakingAt = attempt.opening.get(id);
    attempt.opening.delete(id);
    this.byConnection.delete(id);
    this.cancelSockets(attempt);
    attempt.endpoints = [];
    this.timers.set(attempt.address.key, attempt.deadline);
    return attempt;
  }

  socketFailed(id: ConnectionId, failure: DialFailure, now: Millis): void {
    const attempt = this.byConnection.get(id);
    if (attempt === undefined) return;
    this.byConnection.delete(id);
    attempt.opening.delete(id);
    attempt.lastFailure = failure;
    this.tryNext(attempt, now);
  }

  /** The handshake has ended, one way or the other. */
  finish(key: AddressKey): void {
    const attempt = this.attempts.get(key);
    if (attempt !== undefined) this.remove(attempt);
  }

  /** Gives up dials for slots that are older than `ageMs` and not open yet. @returns them */
  giveUp(ageMs: number, now: Millis): DialAttempt[] {
    const given = [...this.attempts.values()].filter(
      (attempt) =>
        holdsSlot(attempt.class) &&
        attempt.handshakingAt === undefined &&
        now - attempt.startedAt >= ageMs,
    );
    for (const attempt of given) this.remove(attempt);
    return given;
  }

  cancelAll(): void {
    for (const attempt of [...this.attempts.values()]) this.remove(attempt);
  }

  nextDeadline(): Millis | undefined {
    return this.timers.next();
  }

  deadlineReached(now: Millis): void {
    for (let key = this.timers.takeDue(now); key !== undefined; key = this.timers.takeDue(now)) {
      const attempt = this.attempts.get(key);
      if (attempt === undefined) continue;
      if (now < attempt.deadline) this.tryNext(attempt, now);
      else if (attempt.handshakingAt === undefined) this.fail(attempt, 'dial-timeout');
    }
  }

  private tryNext(attempt: OngoingAttempt, now: Millis): void {
    const endpoint = this.nextEndpoint(attempt);
    if (endpoint === undefined) {
      const isOver = attempt.opening.size === 0 && attempt.handshakingAt === undefined;
      if (isOver) this.fail(attempt, attempt.lastFailure);
      else this.timers.set(attempt.address.key, attempt.deadline);
      return;
    }
    this.lastConnectionId += 2;
    const id = connectionId(this.lastConnectionId);
    attempt.opening.set(id, endpoint);
    this.byConnection.set(id, attempt);
    const nextAt =
      attempt.endpoints.length > 0
        ? Math.min(attempt.deadline, now + this.limits.connectionAttemptDelayMs)
        : attempt.deadline;
    this.timers.set(attempt.address.key, millis(nextAt));
    const timeoutMs = Math.max(1, attempt.deadline - now);
    this.port.dial(id, endpoint, timeoutMs, attempt.isPlain === true);
  }

  /** The next address that may be dialled. A real failure tells more than a refusal. */
  private nextEndpoint(attempt: OngoingAttempt): PeerAddress | undefined {
    for (
      let next = attempt.endpoints.shift();
      next !== undefined;
      next = attempt.endpoints.shift()
    ) {
      const refusal = this.port.admit(attempt, next);
      if (refusal === undefined) return next;
      if (attempt.lastFailure === 'resolve-failed') attempt.lastFailure = refusal;
    }
    return undefined;
  }

  private fail(attempt: OngoingAttempt, failure: DialFailure): void {
    this.remove(attempt);
    this.port.failed(attempt, failure);
  }

  private remove(attempt: OngoingAttempt): void {
    this.cancelSockets(attempt);
    if (attempt.requestId !== undefined) this.byRequest.delete(attempt.requestId);
    this.attempts.delete(attempt.address.key);
    this.timers.cancel(attempt.address.key);
  }

  private cancelSockets(attempt: OngoingAttempt): void {
    for (const id of attempt.opening.keys()) {
      this.byConnection.delete(id);
      this.port.cancel(id);
    }
    attempt.opening.clear();
  }
}

/** RFC 8305 §4: families take turns, in the order of the first answer. */
function alternateFamilies(addresses: readonly Uint8Array[]): Uint8Array[] {
  const first = addresses.filter((ip) => ip.length === addresses[0]?.length);
  const second = addresses.filter((ip) => ip.length !== addresses[0]?.length);
  const result: Uint8Array[] = [];
  for (let i = 0; i < Math.max(first.length, second.length); i += 1) {
    for (const ip of [first[i], second[i]]) if (ip !== undefined) result.push(ip);
  }
  return result;
}
