import type { DialFailure } from '../../core/session/reasons.ts';
import { connectionId, type ConnectionId } from '../../core/support/brand.ts';
import { peerAddressOfIp, type PeerAddress } from '../../core/support/peer-address.ts';
import type { EventQueue } from '../event-queue.ts';
import type { NetworkPort } from '../hostile/scripted-peer.ts';
import type { NetworkHost } from '../network-link.ts';
import type { NetworkEffect } from '../simulated-network.ts';

/** Who lives where, asked when somebody knocks: hosts come into being at their first dial. */
export interface HostDirectory {
  /** Puts the host on the network if it is not yet; undefined: the dial is refused. */
  hostAt(endpoint: PeerAddress): HostPort | 'silent' | undefined;
  /** One way, between this host and the backbone. */
  latencyMs(ip: Uint8Array): number;
}

interface Dial {
  readonly endpoint: PeerAddress;
  readonly latencyMs: number;
}

/** One host's end of a connection. */
export interface SocketEnd {
  readonly id: ConnectionId;
  readonly owner: HostPort;
  readonly latencyMs: number;
  /** The address dialled, on the dialler's end only. */
  readonly dialled: PeerAddress | undefined;
  far: SocketEnd | undefined;
  open: boolean;
}

const EPHEMERAL_PORT = 50_000;

/** A host on the network: its sockets and its dials. */
export class HostPort implements NetworkPort {
  readonly ends = new Map<ConnectionId, SocketEnd>();
  readonly dials = new Map<ConnectionId, Dial>();
  attached = true;
  private accepted = -1;

  constructor(
    private readonly network: ScriptedNetwork,
    readonly host: NetworkHost,
    readonly listening: PeerAddress,
    /** Nothing is left open and nothing is being dialled. */
    private readonly onIdle: () => void,
  ) {}

  perform(effect: NetworkEffect): boolean {
    const { connectionId: id } = effect;
    switch (effect.kind) {
      case 'dial':
        this.network.dial(this, id, effect.endpoint, effect.timeoutMs);
        return true;
      case 'cancel-dial':
        return this.dials.delete(id);
      case 'send':
        return this.network.send(this.ends.get(id), effect.bytes);
      case 'close':
        return this.network.close(this.ends.get(id), effect.mode);
      default:
        // Nobody here sends enough to be paused.
        return this.ends.has(id);
    }
  }

  /** Leaves without a word to its own host; the far sides see a reset. */
  leave(): void {
    this.attached = false;
    this.dials.clear();
    for (const end of [...this.ends.values()]) this.network.close(end, 'abort');
  }

  acceptedId(): ConnectionId {
    this.accepted += 2;
    return connectionId(this.accepted);
  }

  drop(end: SocketEnd): void {
    end.open = false;
    this.ends.delete(end.id);
    this.noteIdle();
  }

  noteIdle(): void {
    if (this.ends.size === 0 && this.dials.size === 0) this.onIdle();
  }
}

/**
 * TCP between scripted hosts and nodes, made for runs of virtual days: bytes arrive whole and in order
 * after the latency of both hosts, one event each. Cutting of writes, loss and paused readers are
 * what `SimulatedNetwork` is for.
 */
export class ScriptedNetwork {
  private readonly listeners = new Map<string, HostPort>();

  constructor(
    readonly queue: EventQueue,
    private readonly directory: HostDirectory,
  ) {}

  /** Puts a host on the network, and takes it off when it is idle, unless it `stays`. */
  attach(host: NetworkHost, listening: PeerAddress, stays: boolean): HostPort {
    const { key } = listening;
    const onIdle = (): void => {
      if (!stays && this.listeners.get(key) === port) this.listeners.delete(key);
    };
    const port: HostPort = new HostPort(this, host, listening, onIdle);
    this.listeners.set(key, port);
    return port;
  }

  detach(port: HostPort): void {
    const { key } = port.listening;
    if (this.listeners.get(key) === port) this.listeners.delete(key);
    port.leave();
  }

  /** Undefined while nobody is there, or nobody has asked yet. */
  present(key: string): HostPort | undefined {
    return this.listeners.get(key);
  }

  dial(from: HostPort, id: ConnectionId, endpoint: PeerAddress, timeoutMs: number): void {
    const { queue, directory } = this;
    const target = endpoint.ip as Uint8Array;
    const latencyMs = directory.latencyMs(from.host.ip) + directory.latencyMs(target);
    const dial = { endpoint, latencyMs };
    from.dials.set(id, dial);
    queue.schedule(queue.now + latencyMs, () => this.knock(from, id, dial, timeoutMs));
  }

  send(end: SocketEnd | undefined, bytes: Uint8Array): boolean {
    if (end === undefined) return false;
    this.queue.schedule(this.queue.now + end.latencyMs, () => {
      const { far } = end;
      if (far?.open !== true) return;
      far.owner.host.receive({ kind: 'bytes-received', connectionId: far.id, bytes });
    });
    return true;
  }

  close(end: SocketEnd | undefined, mode: 'flush' | 'abort'): boolean {
    if (end === undefined) return false;
    end.owner.drop(end);
    const reason = mode === 'flush' ? 'remote-closed' : 'connection-reset';
    this.queue.schedule(this.queue.now + end.latencyMs, () => {
      const { far } = end;
      if (far?.open !== true) return;
      far.owner.drop(far);
      far.owner.host.receive({ kind: 'connection-closed', connectionId: far.id, reason });
    });
    return true;
  }

  private knock(from: HostPort, id: ConnectionId, dial: Dial, timeoutMs: number): void {
    const { queue } = this;
    const listener = this.listeners.get(dial.endpoint.key) ?? this.directory.hostAt(dial.endpoint);
    if (listener === 'silent') {
      const at = queue.now + Math.max(0, timeoutMs - dial.latencyMs);
      queue.schedule(at, () => this.failDial(from, id, dial, 'dial-timeout'));
      return;
    }
    queue.schedule(queue.now + dial.latencyMs, () => {
      if (listener === undefined) this.failDial(from, id, dial, 'connection-refused');
      else this.open(from, id, dial, listener);
    });
  }

  private failDial(from: HostPort, id: ConnectionId, dial: Dial, failure: DialFailure): void {
    if (from.dials.get(id) !== dial) return;
    from.dials.delete(id);
    from.noteIdle();
    from.host.receive({ kind: 'dial-failed', connectionId: id, failure });
  }

  private open(from: HostPort, id: ConnectionId, dial: Dial, listener: HostPort): void {
    if (from.dials.get(id) !== dial) return;
    if (!listener.attached) return this.failDial(from, id, dial, 'connection-reset');
    from.dials.delete(id);
    const { latencyMs, endpoint } = dial;
    const near: SocketEnd = {
      id,
      owner: from,
      latencyMs,
      dialled: endpoint,
      far: undefined,
      open: true,
    };
    const far: SocketEnd = {
      id: listener.acceptedId(),
      owner: listener,
      latencyMs,
      dialled: undefined,
      far: near,
      open: true,
    };
    near.far = far;
    from.ends.set(id, near);
    listener.ends.set(far.id, far);
    const socket = peerAddressOfIp(from.host.ip, EPHEMERAL_PORT + ((id as number) % 10_000));
    // Both ends open at one instant: the dialler's first bytes still take their time.
    listener.host.receive({
      kind: 'connection-opened',
      connectionId: far.id,
      direction: 'inbound',
      remote: socket,
      local: listener.listening,
    });
    from.host.receive({
      kind: 'connection-opened',
      connectionId: id,
      direction: 'outbound',
      remote: endpoint,
      local: socket,
    });
  }
}
