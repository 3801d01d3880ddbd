import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import type { LimitName } from '../core/support/limits.ts';
import { VisionError } from '../support/vision-error.ts';
import { errorCodeOf, listenCauseOf } from './socket-faults.ts';

/** After an accept failed for want of descriptors, newcomers are turned away for this long. */
const ACCEPT_PAUSE_MS = 500;

const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

export interface TcpListenerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly backlog: number;
  readonly acceptsPerSecond: number;
}

export interface TcpListenerOwner {
  accepted(socket: Socket): void;
  limitHit(limit: LimitName): void;
}

/** Accepts at a bounded rate (token bucket of one second); what comes faster is reset unseen. */
export class TcpListener {
  private readonly server: Server;
  private tokens: number;
  private refilledAt = performance.now();
  private refuseUntil = 0;

  constructor(
    private readonly options: TcpListenerOptions,
    private readonly owner: TcpListenerOwner,
  ) {
    this.tokens = options.acceptsPerSecond;
    this.server = createServer({ allowHalfOpen: false, noDelay: true, keepAlive: false });
    this.server.on('connection', (socket) => this.onConnection(socket));
  }

  /** The one address at which all connections arrive; undefined when it listens at every address. */
  get boundAddress(): AddressInfo | undefined {
    const bound = this.server.address() as AddressInfo | null;
    return bound === null || EVERY_ADDRESS.has(bound.address) ? undefined : bound;
  }

  /**
   * @returns the bound port.
   * @throws VisionError VN_ERR_CANNOT_LISTEN
   */
  async listen(): Promise<number> {
    const { host, port, backlog } = this.options;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', (error) => reject(this.cannotListen(error)));
      this.server.listen({ host, port, backlog }, () => {
        this.server.removeAllListeners('error');
        // Errors of a bound listener are those of accept: EMFILE, ENFILE, ENOBUFS.
        this.server.on('error', () => {
          this.refuseUntil = performance.now() + ACCEPT_PAUSE_MS;
        });
        resolve();
      });
    });
    return (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    if (this.server.listening) this.server.close();
  }

  private onConnection(socket: Socket): void {
    const now = performance.now();
    if (now < this.refuseUntil) {
      refuse(socket);
    } else if (this.takeToken(now)) {
      this.owner.accepted(socket);
    } else {
      refuse(socket);
      this.owner.limitHit('accepts-per-second');
    }
  }

  private takeToken(now: number): boolean {
    const { acceptsPerSecond } = this.options;
    const refill = ((now - this.refilledAt) / 1_000) * acceptsPerSecond;
    this.tokens = Math.min(acceptsPerSecond, this.tokens + refill);
    this.refilledAt = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  private cannotListen(error: Error): VisionError {
    const { host, port } = this.options;
    const where = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    const hint =
      errorCodeOf(error) === 'EADDRINUSE'
        ? 'choose another port (--p2p-port) or stop the process that uses it'
        : 'choose another address (--host) or port (--p2p-port)';
    return new VisionError(
      'VN_ERR_CANNOT_LISTEN',
      `cannot listen for peers on ${where}: ${listenCauseOf(error)}`,
      hint,
      { cause: error },
    );
  }
}

function refuse(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  socket.destroy();
}
