import { connect, type Socket } from 'node:net';

import type { DialFailure } from '../core/session/reasons.ts';
import type { ConnectionId } from '../core/support/brand.ts';
import type { PeerAddress } from '../core/support/peer-address.ts';
import { dialFailureOf } from './socket-faults.ts';

/** The longest delay that Node's timers take. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export interface TcpDialsOwner {
  connected(connectionId: ConnectionId, socket: Socket): void;
  dialFailed(connectionId: ConnectionId, failure: DialFailure): void;
}

interface PendingDial {
  readonly socket: Socket;
  readonly timer: NodeJS.Timeout;
}

/** Connections being opened; each ends in exactly one report, or in silence when it is cancelled. */
export class TcpDials {
  private readonly pending = new Map<ConnectionId, PendingDial>();

  constructor(private readonly owner: TcpDialsOwner) {}

  dial(connectionId: ConnectionId, endpoint: PeerAddress, timeoutMs: number): void {
    // A name here would be looked up by the system's resolver, past every check of its addresses.
    if (endpoint.ip === undefined) {
      process.nextTick(() => this.owner.dialFailed(connectionId, 'transport-error'));
      return;
    }
    const socket = connect({ host: endpoint.host, port: endpoint.port, noDelay: true });
    const timer = setTimeout(
      () => this.fail(connectionId, 'dial-timeout'),
      Math.min(Math.max(timeoutMs, 0), TIMER_MS_MAX),
    );
    this.pending.set(connectionId, { socket, timer });
    socket.once('connect', () => this.succeed(connectionId));
    // Stays for the socket's life: an error of an abandoned attempt has nobody else.
    socket.on('error', (error) => {
      if (this.pending.get(connectionId)?.socket !== socket) return;
      this.fail(connectionId, dialFailureOf(error));
    });
  }

  /** @returns whether such a dial was in progress. */
  cancel(connectionId: ConnectionId): boolean {
    const dial = this.take(connectionId);
    dial?.socket.destroy();
    return dial !== undefined;
  }

  cancelAll(): void {
    for (const connectionId of [...this.pending.keys()]) this.cancel(connectionId);
  }

  private succeed(connectionId: ConnectionId): void {
    const dial = this.take(connectionId);
    if (dial === undefined) return;
    if (isConnectedToItself(dial.socket)) {
      dial.socket.destroy();
      this.owner.dialFailed(connectionId, 'connection-refused');
    } else {
      this.owner.connected(connectionId, dial.socket);
    }
  }

  private fail(connectionId: ConnectionId, failure: DialFailure): void {
    const dial = this.take(connectionId);
    if (dial === undefined) return;
    dial.socket.destroy();
    this.owner.dialFailed(connectionId, failure);
  }

  private take(connectionId: ConnectionId): PendingDial | undefined {
    const dial = this.pending.get(connectionId);
    this.pending.delete(connectionId);
    clearTimeout(dial?.timer);
    return dial;
  }
}

/**
 * A dial to a free local port may be given that very port as its own and so, by TCP's simultaneous
 * open, meet itself. Nobody listens there.
 */
function isConnectedToItself(socket: Socket): boolean {
  return socket.localPort === socket.remotePort && socket.localAddress === socket.remoteAddress;
}
