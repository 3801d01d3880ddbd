import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  /** Undefined when nothing came that begins like HTTP. */
  readonly status: number | undefined;
  readonly text: string;
  readonly elapsedMs: number;
}

/** A socket of the test's own, and all that comes until the far side closes it. */
export class RawHttp {
  readonly answer: Promise<RawAnswer>;
  private readonly startedAt = performance.now();
  private text = '';

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => (this.text += chunk.toString('latin1')));
    socket.on('error', () => socket.destroy());
    this.answer = new Promise((resolve) => {
      socket.on('close', () => resolve(this.soFar()));
    });
  }

  static async open(port: number): Promise<RawHttp> {
    const socket = connect(port, '127.0.0.1');
    const raw = new RawHttp(socket);
    await new Promise<void>((resolve) => socket.once('connect', resolve).once('close', resolve));
    return raw;
  }

  /** Bytes as they are, each character one of them: a client of HTTP would refuse to send most of it. */
  write(text: string): this {
    if (this.socket.writable) this.socket.write(Buffer.from(text, 'latin1'));
    return this;
  }

  /** One character after the other until the connection ends. */
  drip(text: string, everyMs: number): this {
    let at = 0;
    const timer = setInterval(() => this.write(text[at++ % text.length] as string), everyMs);
    this.socket.once('close', () => clearInterval(timer));
    return this;
  }

  soFar(): RawAnswer {
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(this.text)?.[1];
    return {
      status: status === undefined ? undefined : Number(status),
      text: this.text,
      elapsedMs: performance.now() - this.startedAt,
    };
  }
}

/** One request of these lines, whose connection the server is asked to close. */
export async function rawRequest(port: number, lines: readonly string[]): Promise<RawAnswer> {
  const raw = await RawHttp.open(port);
  return raw.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`).answer;
}
