import { ObservedAddress } from '../connectivity/observed-address.ts';
import type { PeerSession } from '../session/peer-session.ts';
import { scopeOfIp } from '../support/address-scope.ts';
import { millis, type AddressKey, type Millis } from '../support/brand.ts';
import {
  parseCanonicalPeerAddress,
  peerAddressOfIp,
  type PeerAddress,
} from '../support/peer-address.ts';
import type { Dialer } from './dialer.ts';
import type { NodeContext } from './node-context.ts';

/** A candidate that led elsewhere is not dialled again before. */
const PROBE_PAUSE_MS = 600_000;

/**
 * Which address this node names as its own: the configured one, if the peer could reach it; else, to public peers, the one that
 * enough groups of peers see and at which this node met itself; else the connection's own end. Never
 * a more local address than the peer's.
 */
export class OwnAddress {
  private readonly observed: ObservedAddress;
  private confirmed: PeerAddress | undefined;
  private lastLocal: PeerAddress | undefined;
  private probing: AddressKey | undefined;
  private nextProbeAt: Millis;

  constructor(
    private readonly context: NodeContext,
    private readonly dialer: Dialer,
  ) {
    this.observed = new ObservedAddress(context.limits);
    this.nextProbeAt = context.now;
  }

  /** Undefined: nothing that the peer could reach is known. */
  advertisedTo(session: PeerSession): PeerAddress | undefined {
    const { options, policy } = this.context;
    const { advertise } = options;
    if (advertise !== undefined && policy.mayShare(advertise, session.scope)) return advertise;
    const local = this.listenAddressAt(session.local);
    if (session.scope !== 'public') return local;
    if (this.confirmed !== undefined) return this.confirmed;
    return scopeOfIp(local.ip as Uint8Array) === 'public' ? local : undefined;
  }

  /** Connections mostly share their near end: its address is put together once. */
  private listenAddressAt({ host, ip }: PeerAddress): PeerAddress {
    if (this.lastLocal?.host !== host) {
      this.lastLocal = peerAddressOfIp(ip as Uint8Array, this.context.options.p2pPort);
    }
    return this.lastLocal;
  }

  /** The live address that others may be told of; undefined while only connections know theirs. */
  get known(): PeerAddress | undefined {
    return this.context.options.advertise ?? this.confirmed;
  }

  /**
   * A peer that we chose says where it sees us. Strangers have no vote: neither those that came to us, nor
   * those whose claimed address we only looked at.
   */
  heard(session: PeerSession): void {
    const { context } = this;
    if (session.direction !== 'outbound' || session.class === 'feeler') return;
    if (session.scope !== 'public') return;
    const parsed = parseCanonicalPeerAddress(session.hello?.observedAddress ?? '');
    if (!parsed.ok || parsed.address.ip === undefined) return;
    if (scopeOfIp(parsed.address.ip) !== 'public') return;
    this.observed.vote(context.groupOfRemote(session), parsed.address.host, context.now);
    this.probe();
  }

  /** The outcome of a dial that may have been the probe. */
  dialEnded(key: AddressKey, metItself: boolean): void {
    if (key !== this.probing) return;
    this.probing = undefined;
    const parsed = parseCanonicalPeerAddress(key);
    if (!metItself || !parsed.ok) return;
    this.confirmed = parsed.address;
    this.context.rememberOwn(parsed.address);
    this.context.observe({ kind: 'own-address-confirmed', address: key });
  }

  private probe(): void {
    const { context, dialer } = this;
    const address = this.candidate();
    if (address === undefined || dialer.attempts.has(address.key)) return;
    this.nextProbeAt = millis(context.now + PROBE_PAUSE_MS);
    context.change({
      kind: 'heard',
      address,
      source: 'exchange',
      sourceGroup: 'observed',
      via: 'public',
      isOperator: false,
    });
    const entry = context.book.get(address.key);
    if (entry === undefined) return;
    this.probing = address.key;
    dialer.start(entry, { source: 'exchange', class: 'feeler', promotes: false });
  }

  /** What peers agree on, when it is news and may be dialled now. */
  private candidate(): PeerAddress | undefined {
    const { context } = this;
    const { advertise, p2pPort } = context.options;
    const isWaiting = this.probing !== undefined || context.now < this.nextProbeAt;
    if (advertise !== undefined || isWaiting) return undefined;
    const host = this.observed.candidate(context.sessions.connectedCount, context.now);
    if (host === undefined || host === this.confirmed?.host) return undefined;
    const parsed = parseCanonicalPeerAddress(
      `${host.includes(':') ? `[${host}]` : host}:${p2pPort}`,
    );
    if (!parsed.ok) return undefined;
    const { address } = parsed;
    return context.policy.judgeHearsay(address, 'public') === undefined ? address : undefined;
  }
}
