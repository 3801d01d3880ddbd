import type { AddressEntry } from '../address-book/address-entry.ts';
import type { AddressRefusal } from '../address-book/vocabulary.ts';
import type { DialAttempt } from '../connectivity/dial-attempts.ts';
import { HearsayDialGuard, type HearsayDialVerdict } from '../connectivity/hearsay-dial-guard.ts';
import type { PeerSession } from '../session/peer-session.ts';
import { WIRE_REASONS, type DialFailure } from '../session/reasons.ts';
import type { SessionEnd } from '../session/session-host.ts';
import type { AddressScope } from '../support/address-scope.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import type { NodeContext } from './node-context.ts';

/**
 * Every dial that hearsay causes passes here, whoever plans it: what a name resolves to keeps to the
 * rules of the scope, and no host is knocked at too often. The operator's own sources pass freely, but for bans.
 */
export class HearsayGate {
  private readonly guard: HearsayDialGuard;

  constructor(private readonly context: NodeContext) {
    this.guard = new HearsayDialGuard(context.options.scope, context.limits);
  }

  /**
   * What the answers of this address, a name, must keep to; undefined when it is no hearsay: the
   * operator named it in this run, or it is an IP address at which our own handshake has succeeded.
   * Nothing else is trusted, whatever list it stands in and however well it is known.
   */
  viaOf(entry: AddressEntry): AddressScope | undefined {
    if (entry.isVouchedFor) return undefined;
    // A name is kept as a name: what it resolves to today, nobody has verified.
    if (entry.address.kind !== 'name' && entry.isVerified) return undefined;
    return entry.via ?? this.context.policy.viaOfStored(entry.address);
  }

  /** For a plan: `ok`, or why a dial of this entry would be put off. */
  mayDial(entry: AddressEntry): HearsayDialVerdict {
    if (this.viaOf(entry) === undefined) return 'ok';
    return this.guard.mayDial(entry.address, this.context.now);
  }

  /** @returns why none of a name's answers may be dialled; undefined when all may */
  judgeAnswers(attempt: DialAttempt, answers: readonly Uint8Array[]): DialFailure | undefined {
    if (attempt.via === undefined) return undefined;
    const { policy } = this.context;
    const refusal = policy.judgeResolved(attempt.address, answers, attempt.via);
    if (refusal === undefined) return undefined;
    this.refused(attempt.address, refusal);
    return 'address-refused';
  }

  /** Asked right before a socket is opened. @returns why not; undefined counts as a dial */
  admit(attempt: DialAttempt, endpoint: PeerAddress): DialFailure | undefined {
    // Of everybody's dials: a plan knows the ban of a name, and not of what the name leads to.
    const nodeId = this.context.book.get(attempt.address.key)?.nodeId;
    if (this.context.isBanned({ nodeId, address: endpoint })) {
      this.refused(endpoint, 'banned');
      return 'address-refused';
    }
    if (attempt.via === undefined) return undefined;
    const verdict = this.guard.mayDial(endpoint, this.context.now);
    if (verdict === 'ok') {
      this.guard.dialled(endpoint, this.context.now);
      return undefined;
    }
    this.refused(endpoint, verdict);
    return verdict === 'too-many-ports' ? 'address-refused' : 'host-dialled-lately';
  }

  /** A connection that we dialled has shown what is at its far end. */
  heardFrom(session: PeerSession, end?: SessionEnd): void {
    const isOurProtocol =
      session.hello !== undefined ||
      (end !== undefined && end.by === 'remote' && Object.hasOwn(WIRE_REASONS, end.reason));
    if (isOurProtocol) this.guard.answered(session.remote);
  }

  private refused(address: PeerAddress, reason: AddressRefusal): void {
    this.context.observe({ kind: 'address-refused', address: address.key, reason });
  }
}
