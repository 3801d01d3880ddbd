import type { Socket } from 'node:net';

import type { DialFailure, TransportCloseReason } from '../core/session/reasons.ts';
import { connectionId as idOf, type ConnectionId } from '../core/support/brand.ts';
import type { LimitName, TransportLimits } from '../core/support/limits.ts';
import type { PeerAddress } from '../core/support/peer-address.ts';
import type { Transport, TransportObserver } from '../runtime/ports/transport.ts';
import { CongestionWatch } from './congestion-watch.ts';
import { addressOfSocketEnd } from './socket-address.ts';
import type { TcpConnectionOwner } from './tcp-connection-owner.ts';
import { TcpConnection, type Greeting } from './tcp-connection.ts';
import { TcpDials, type TcpDialsOwner } from './tcp-dials.ts';
import { TcpListener, type TcpListenerOwner } from './tcp-listener.ts';
import type { TlsChannel } from './tls-channel.ts';

export interface TcpTransportOptions {
  /** Listen address. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly limits: TransportLimits;
  readonly acceptsPerSecond: number;
  /** Dials speak TLS, and so may who is accepted; absent: everything is plain. */
  readonly channel?: TlsChannel | undefined;
}

/** `Transport` over TCP (RFC 9293) with TCP_NODELAY, plain or inside TLS. */
export class TcpTransport
  implements Transport, TcpConnectionOwner<TcpConnection>, TcpDialsOwner, TcpListenerOwner
{
  readonly limits: TransportLimits;
  readonly channel: TlsChannel | undefined;
  private readonly listener: TcpListener;
  private readonly dials = new TcpDials(this);
  private readonly congestion: CongestionWatch;
  /** Open ones, by id. */
  private readonly connections = new Map<ConnectionId, TcpConnection>();
  /** Every socket that has been opened and is not gone, those saying goodbye included. */
  private readonly alive = new Set<TcpConnection>();
  /** Dials in progress that shall not speak TLS. */
  private readonly plainDials = new Set<ConnectionId>();
  private unflushed: TcpConnection[] = [];
  private nextInboundId = 1;
  /** Accepted connections mostly share their near end: it is parsed once. */
  private lastLocal: { readonly text: string; readonly address: PeerAddress } | undefined;
  /** Near end of every accepted connection, when the listener has one address only. */
  private boundLocal: PeerAddress | undefined;
  private observer: TransportObserver | undefined;
  private emptied: Promise<void> | undefined;
  private onEmpty: (() => void) | undefined;

  constructor(options: TcpTransportOptions) {
    this.limits = options.limits;
    this.channel = options.channel;
    this.congestion = new CongestionWatch(options.limits.sendDrainTimeoutMs);
    this.listener = new TcpListener({ ...options, backlog: options.limits.backlog }, this);
  }

  async listen(observer: TransportObserver): Promise<number> {
    this.observer = observer;
    const port = await this.listener.listen();
    const bound = this.listener.boundAddress;
    this.boundLocal = addressOfSocketEnd(bound?.address, bound?.port);
    return port;
  }

  dial(
    connectionId: ConnectionId,
    endpoint: PeerAddress,
    timeoutMs: number,
    isPlain = false,
  ): void {
    if (this.isShutDown) return;
    if (isPlain) this.plainDials.add(connectionId);
    this.dials.dial(connectionId, endpoint, timeoutMs);
  }

  cancelDial(connectionId: ConnectionId): void {
    this.plainDials.delete(connectionId);
    if (!this.dials.cancel(connectionId)) this.close(connectionId, 'abort');
  }

  send(connectionId: ConnectionId, bytes: Uint8Array): void {
    this.connections.get(connectionId)?.send(bytes);
  }

  pauseReading(connectionId: ConnectionId): void {
    this.connections.get(connectionId)?.setReading(false);
  }

  resumeReading(connectionId: ConnectionId): void {
    this.connections.get(connectionId)?.setReading(true);
  }

  close(connectionId: ConnectionId, mode: 'flush' | 'abort'): void {
    const connection = this.connections.get(connectionId);
    if (connection === undefined) return;
    this.connections.delete(connectionId);
    if (mode === 'flush') connection.finish();
    else connection.abort();
  }

  stopListening(): void {
    this.listener.stop();
  }

  shutdown(): Promise<void> {
    if (this.emptied !== undefined) return this.emptied;
    this.emptied = new Promise((resolve) => (this.onEmpty = resolve));
    this.stopListening();
    this.dials.cancelAll();
    for (const connectionId of [...this.connections.keys()]) this.close(connectionId, 'flush');
    if (this.alive.size === 0) this.onEmpty?.();
    return this.emptied;
  }

  private get isShutDown(): boolean {
    return this.emptied !== undefined;
  }

  /** @internal */
  accepted(socket: Socket): void {
    const id = idOf(this.nextInboundId);
    this.nextInboundId += 2;
    this.adopt(id, socket, 'inbound');
  }

  /** @internal */
  connected(connectionId: ConnectionId, socket: Socket): void {
    if (!this.adopt(connectionId, socket, 'outbound')) {
      this.dialFailed(connectionId, 'connection-reset');
    }
  }

  /** @internal */
  dialFailed(connectionId: ConnectionId, failure: DialFailure): void {
    this.plainDials.delete(connectionId);
    if (!this.isShutDown) this.observer?.dialFailed(connectionId, failure);
  }

  /** @internal */
  limitHit(limit: LimitName): void {
    if (!this.isShutDown) this.observer?.limitHit(limit);
  }

  /** @internal */
  received(connection: TcpConnection, bytes: Uint8Array): void {
    this.observer?.received(connection.id, bytes);
  }

  /** @internal */
  secured(connection: TcpConnection, publicKey: Uint8Array): void {
    this.observer?.secured(connection.id, publicKey);
  }

  /** @internal */
  ended(connection: TcpConnection, reason: TransportCloseReason): void {
    if (this.connections.delete(connection.id)) this.observer?.closed(connection.id, reason);
  }

  /** @internal */
  gone(connection: TcpConnection): void {
    this.alive.delete(connection);
    if (this.alive.size === 0) this.onEmpty?.();
  }

  /** @internal */
  congested(connection: TcpConnection): void {
    this.congestion.add(connection);
  }

  /** @internal */
  relieved(connection: TcpConnection): void {
    this.congestion.remove(connection);
  }

  /**
   * At the end of the event loop's turn, when everything that had arrived is handled: one write per
   * socket, and the writes to all sockets follow each other. A peer on the same machine is then woken
   * once for many answers, which costs more than the write itself.
   * @internal
   */
  dirty(connection: TcpConnection): void {
    if (this.unflushed.push(connection) === 1) setImmediate(this.flushAll);
  }

  private readonly flushAll = (): void => {
    const connections = this.unflushed;
    this.unflushed = [];
    for (const connection of connections) connection.flush();
  };

  /** The one place where a socket becomes a connection. */
  private adopt(id: ConnectionId, socket: Socket, direction: 'inbound' | 'outbound'): boolean {
    const remote = addressOfSocketEnd(socket.remoteAddress, socket.remotePort);
    // Asking the kernel for the near end costs as much as a small write.
    const bound = direction === 'inbound' ? this.boundLocal : undefined;
    const local = bound ?? this.localAddressOf(socket);
    if (remote === undefined || local === undefined || this.isShutDown) {
      socket.on('error', () => socket.destroy());
      socket.destroy();
      return false;
    }
    const connection = new TcpConnection(id, socket, this.greetingOf(id, direction), this);
    this.connections.set(id, connection);
    this.alive.add(connection);
    this.observer?.opened({ connectionId: id, direction, remote, local });
    return true;
  }

  private greetingOf(id: ConnectionId, direction: 'inbound' | 'outbound'): Greeting {
    const isPlain = this.plainDials.delete(id) || this.channel === undefined;
    if (isPlain) return 'plain';
    return direction === 'outbound' ? 'tls' : 'either';
  }

  private localAddressOf(socket: Socket): PeerAddress | undefined {
    const { localAddress: text, localPort: port } = socket;
    const last = this.lastLocal;
    if (last !== undefined && last.text === text && last.address.port === port) return last.address;
    const address = addressOfSocketEnd(text, port);
    if (text !== undefined && address !== undefined) this.lastLocal = { text, address };
    return address;
  }
}
