import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export type Way = 'to-listener' | 'to-dialler';

/** What becomes of a chunk: the chunks that go on, and those that go back to where it came from. */
export interface Passage {
  readonly on: readonly Buffer[];
  readonly back?: readonly Buffer[];
}

/** A man in the middle: every chunk of one connection each way passes through `tamper`. */
export class TamperingRelay {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(
    targetPort: number,
    tamper: (chunk: Buffer, way: Way, offset: number) => Passage,
  ): Promise<TamperingRelay> {
    const server = createServer();
    const relay = new TamperingRelay(server);
    server.on('connection', (near) => {
      const far = connect({ host: '127.0.0.1', port: targetPort, noDelay: true });
      relay.pass(near, far, (chunk, offset) => tamper(chunk, 'to-listener', offset));
      relay.pass(far, near, (chunk, offset) => tamper(chunk, 'to-dialler', offset));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private pass(from: Socket, to: Socket, tamper: (chunk: Buffer, offset: number) => Passage): void {
    let offset = 0;
    this.sockets.add(from);
    from.on('data', (chunk: Buffer) => {
      const { on, back = [] } = tamper(chunk, offset);
      offset += chunk.length;
      for (const bytes of on) if (to.writable) to.write(bytes);
      for (const bytes of back) if (from.writable) from.write(bytes);
    });
    from.on('error', () => undefined);
    from.on('close', () => to.destroy());
  }
}
