import type { NodeEffect } from '../core/node/effects.ts';
import type { DialFailure } from '../core/session/reasons.ts';
import { connectionId, type ConnectionId } from '../core/support/brand.ts';
import { peerAddressOfIp, type PeerAddress } from '../core/support/peer-address.ts';
import { uniform } from '../core/support/random-source.ts';
import { LinkEnd, type NetworkHost } from './network-link.ts';
import { OUTSIDE } from './reachability.ts';
import type { LinkWorld } from './segment-path.ts';

/** How a host stops: its sockets are reset, or nothing is ever heard of it again. */
export type Departure = 'reset' | 'vanish';

/** The effects that a network performs. */
export type NetworkEffect = Extract<
  NodeEffect,
  { kind: 'dial' | 'cancel-dial' | 'send' | 'pause-reading' | 'resume-reading' | 'close' }
>;

/** The first wait for an answer to a SYN; doubled each time. */
const KNOCK_AGAIN_MS = 1_000;
const EPHEMERAL_PORT_MIN = 49_152;
const EPHEMERAL_PORTS = 16_384;

interface Dial {
  readonly id: ConnectionId;
  readonly endpoint: PeerAddress;
  readonly outMs: number;
  readonly backMs: number;
}

/** A host on the network: its listener, its dials in progress and its connections. */
export class Attachment {
  readonly connections = new Map<ConnectionId, LinkEnd>();
  readonly dials = new Map<ConnectionId, Dial>();
  attached = true;
  /** Of the connections: those that this host has dialled. */
  dialledConnections = 0;
  private nextAccepted = 1;

  constructor(
    readonly network: SimulatedNetwork,
    readonly host: NetworkHost,
    readonly listening: PeerAddress,
  ) {}

  /** @returns false when the effect names a connection or dial that this host has been told is over */
  perform(effect: NetworkEffect): boolean {
    const { connectionId: id } = effect;
    if (effect.kind === 'dial') {
      this.network.dial(this, id, effect.endpoint, effect.timeoutMs);
      return true;
    }
    if (effect.kind === 'cancel-dial') return this.dials.delete(id);
    const end = this.connections.get(id);
    if (end === undefined) return false;
    if (effect.kind === 'send') end.write(effect.bytes);
    else if (effect.kind === 'pause-reading') end.pause();
    else if (effect.kind === 'resume-reading') end.resume();
    else end.close(effect.mode);
    return true;
  }

  /** Leaves the network; the host hears nothing more. */
  leave(departure: Departure): void {
    this.attached = false;
    this.network.stopListening(this, departure);
    this.dials.clear();
    for (const end of [...this.connections.values()]) {
      if (departure === 'reset') end.close('abort');
      else end.vanish();
    }
  }

  acceptedId(): ConnectionId {
    this.nextAccepted += 2;
    return connectionId(this.nextAccepted - 2);
  }
}

/**
 * Virtual TCP: listeners by address, dials that succeed, are refused or meet silence, and
 * connections as `LinkEnd` says. A host hears of a connection only between its own
 * `connection-opened` and the first of its own close and `connection-closed`.
 */
export class SimulatedNetwork {
  private readonly listeners = new Map<string, Attachment>();
  private readonly silent = new Set<string>();
  private nextEphemeral = 0;

  constructor(readonly world: LinkWorld) {}

  /** Puts a host on the network, listening on `port` of its own address. */
  attach(host: NetworkHost, port: number): Attachment {
    const attachment = new Attachment(this, host, peerAddressOfIp(host.ip, port));
    this.listeners.set(attachment.listening.key, attachment);
    this.silent.delete(attachment.listening.key);
    return attachment;
  }

  /** An address whose host answers nothing at all: dials to it end by their own timeout. */
  addSilentHost(address: PeerAddress): void {
    this.silent.add(address.key);
  }

  /** Where a host has vanished, nobody is left who could refuse. */
  stopListening(attachment: Attachment, departure: Departure): void {
    const { key } = attachment.listening;
    if (this.listeners.get(key) !== attachment) return;
    this.listeners.delete(key);
    if (departure === 'vanish') this.silent.add(key);
  }

  dial(from: Attachment, id: ConnectionId, endpoint: PeerAddress, timeoutMs: number): void {
    const { queue } = this.world;
    const dial = { id, endpoint, outMs: this.latency(), backMs: this.latency() };
    from.dials.set(id, dial);
    queue.schedule(queue.now + timeoutMs, () => this.failDial(from, dial, 'dial-timeout'));
    queue.schedule(queue.now + dial.outMs, () => this.knock(from, dial, KNOCK_AGAIN_MS));
  }

  /** The first packet reaches the far host or the place where one would be; else it is sent again. */
  private knock(from: Attachment, dial: Dial, againMs: number): void {
    if (from.dials.get(dial.id) !== dial) return;
    const { queue } = this.world;
    const { key } = dial.endpoint;
    if (this.silent.has(key)) return;
    const listener = this.listeners.get(key);
    if (this.isLost(from.host.index, listener?.host.index ?? OUTSIDE)) {
      queue.schedule(queue.now + againMs, () => this.knock(from, dial, 2 * againMs));
      return;
    }
    queue.schedule(queue.now + dial.backMs, () => {
      if (listener === undefined) this.failDial(from, dial, 'connection-refused');
      else this.open(from, dial, listener);
    });
  }

  /** Either of the two packets that open a connection. */
  private isLost(from: number, to: number): boolean {
    const { reachability, random, conditions } = this.world;
    if (!reachability.connects(from, to)) return true;
    const { lossShare } = conditions;
    return lossShare > 0 && uniform(random) < 1 - (1 - lossShare) ** 2;
  }

  private failDial(from: Attachment, dial: Dial, failure: DialFailure): void {
    if (from.dials.get(dial.id) !== dial) return;
    from.dials.delete(dial.id);
    from.host.receive({ kind: 'dial-failed', connectionId: dial.id, failure });
  }

  private open(from: Attachment, dial: Dial, listener: Attachment): void {
    if (from.dials.get(dial.id) !== dial) return;
    if (!listener.attached) {
      this.failDial(from, dial, 'connection-reset');
      return;
    }
    from.dials.delete(dial.id);
    const near = this.linkEnd(from, listener, dial.id, dial);
    const far = this.linkEnd(listener, from, listener.acceptedId(), { outMs: dial.backMs });
    near.far = far;
    far.far = near;
    const diallerSocket = peerAddressOfIp(from.host.ip, this.ephemeralPort());
    const { queue } = this.world;
    queue.schedule(queue.now + dial.outMs, () => accept(listener, far, diallerSocket));
    near.begin();
    from.connections.set(near.connectionId, near);
    from.dialledConnections += 1;
    from.host.receive({
      kind: 'connection-opened',
      connectionId: near.connectionId,
      direction: 'outbound',
      remote: dial.endpoint,
      local: diallerSocket,
    });
  }

  private linkEnd(
    of: Attachment,
    towards: Attachment,
    id: ConnectionId,
    dial: Pick<Dial, 'outMs'> & Partial<Pick<Dial, 'endpoint'>>,
  ): LinkEnd {
    const forget = (end: LinkEnd): void => {
      if (of.connections.delete(end.connectionId) && end.dialled !== undefined) {
        of.dialledConnections -= 1;
      }
    };
    return new LinkEnd(this.world, {
      host: of.host,
      connectionId: id,
      dialled: dial.endpoint,
      latencyMs: dial.outMs,
      farIndex: towards.host.index,
      isHostUp: () => this.listeners.has(of.listening.key),
      onEnded: forget,
    });
  }

  private latency(): number {
    const { latencyMsMin, latencyMsMax } = this.world.conditions;
    return latencyMsMin + uniform(this.world.random) * (latencyMsMax - latencyMsMin);
  }

  private ephemeralPort(): number {
    this.nextEphemeral = (this.nextEphemeral + 1) % EPHEMERAL_PORTS;
    return EPHEMERAL_PORT_MIN + this.nextEphemeral;
  }
}

function accept(listener: Attachment, end: LinkEnd, remote: PeerAddress): void {
  if (!listener.attached) {
    end.close('abort');
    return;
  }
  end.begin();
  listener.connections.set(end.connectionId, end);
  listener.host.receive({
    kind: 'connection-opened',
    connectionId: end.connectionId,
    direction: 'inbound',
    remote,
    local: listener.listening,
  });
}
