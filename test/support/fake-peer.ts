import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { chainProfile } from '../../src/chain/chain-profile.ts';
import { CAPABILITY } from '../../src/core/session/hello-verdict.ts';
import { nextU64 } from '../../src/core/support/random-source.ts';
import { FrameDecoder, PREFACE } from '../../src/core/wire/frame-decoder.ts';
import type { Hello } from '../../src/core/wire/generated/p2p.ts';
import { decodeBody, encodeFrame } from '../../src/core/wire/message-codec.ts';
import { messageTypeOf, type Message, type MessageType } from '../../src/core/wire/message.ts';
import { ephemeralIdentity } from '../../src/handshake/local-identity.ts';
import { CryptoRandom } from '../../src/runtime/crypto-random.ts';
import { eventually } from './eventually.ts';

export type MessageOf<Type extends MessageType> = Extract<Message, { type: Type }>;

const DEADLINE_MS = 3_000;
const FRAME_BYTES_MAX = 65_536;
const EVERYTHING = CAPABILITY.peerExchange | CAPABILITY.announcements | CAPABILITY.redirects;

/** A Hello that a testnet node takes; a fresh key and nonce at each call. */
export function helloOf(changes: Partial<Hello> = {}): Hello {
  return {
    protocolVersion: 1,
    chainId: 'testnet',
    genesisHash: chainProfile('testnet').genesisHash,
    connectionNonce: nextU64(new CryptoRandom()),
    publicKey: ephemeralIdentity().publicKey,
    agent: 'fake-peer/1',
    listenAddresses: [],
    capabilities: EVERYTHING,
    zone: '',
    observedAddress: '',
    tipHeight: 0n,
    tipHash: new Uint8Array(0),
    ...changes,
  };
}

/** Preface and Hello: what a dialler sends first. */
export function handshakeBytes(hello: Hello): Buffer {
  return Buffer.concat([PREFACE, encodeFrame({ type: 'hello', body: hello })]);
}

/** A frame of any type byte and body. */
export function rawFrame(frameType: number, body: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length + 1);
  head[4] = frameType;
  return Buffer.concat([head, body]);
}

/** One end of a raw connection that speaks the protocol by hand, and keeps all that it hears. */
export class FakePeer {
  /** Everything that came, in order, Ping and Pong included. */
  readonly messages: Message[] = [];
  receivedBytes = 0;
  hasPreface = false;
  /** Milliseconds of `performance.now()`; undefined while open. */
  closedAt: number | undefined;
  /** Pings are answered unless this is false. */
  answersPings = true;
  /** Called for each message, after it was kept. */
  onMessage: ((message: Message) => void) | undefined;
  private readonly decoder = new FrameDecoder(FRAME_BYTES_MAX);
  private read = 0;

  constructor(readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.received(bytes));
    // A reset is one of the ways to be closed: `close` follows and is what tests look at.
    socket.on('error', () => socket.destroy());
    socket.on('end', () => this.ended());
    socket.on('close', () => this.ended());
  }

  /** A connection on which nothing has been sent. */
  static async dial(port: number, localAddress = '127.0.0.1'): Promise<FakePeer> {
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    const peer = new FakePeer(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
    return peer;
  }

  /** Dials, sends preface and Hello; answers are awaited by the caller. */
  static async greet(port: number, hello: Partial<Hello> = {}): Promise<FakePeer> {
    const peer = await FakePeer.dial(port);
    peer.write(handshakeBytes(helloOf(hello)));
    return peer;
  }

  /** Dials and completes a handshake. */
  static async join(port: number, hello: Partial<Hello> = {}): Promise<FakePeer> {
    const peer = await FakePeer.greet(port, hello);
    await peer.next('hello');
    return peer;
  }

  get isOpen(): boolean {
    return this.closedAt === undefined;
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  send(message: Message): void {
    this.write(encodeFrame(message));
  }

  /** One byte after the other, each as its own write, until all are out or the connection ends. */
  async drip(bytes: Uint8Array, everyMs: number): Promise<void> {
    for (const byte of bytes) {
      if (!this.isOpen) return;
      this.write(Uint8Array.of(byte));
      await new Promise((resolve) => {
        setTimeout(resolve, everyMs);
      });
    }
  }

  /** The next message of a type that no earlier call has returned; those of other types are passed over. */
  async next<Type extends MessageType>(
    type: Type,
    withinMs = DEADLINE_MS,
  ): Promise<MessageOf<Type>['body']> {
    const body = await eventually<unknown>(() => this.take(type), {
      withinMs,
      everyMs: 2,
      what: `${type} (so far: ${this.messages.map((message) => message.type).join(', ')})`,
    });
    return body as MessageOf<Type>['body'];
  }

  /** The reason of the next Disconnect, which must be followed by the end of the connection. */
  async refusal(withinMs = DEADLINE_MS): Promise<MessageOf<'disconnect'>['body']> {
    const body = await this.next('disconnect', withinMs);
    await this.closed(withinMs);
    return body;
  }

  /** Waits for the far side to end the connection. */
  async closed(withinMs = DEADLINE_MS): Promise<void> {
    await eventually(() => !this.isOpen, { withinMs, everyMs: 2, what: 'connection closed' });
  }

  /** A Ping and its Pong: everything sent before has been handled. @returns milliseconds */
  async roundTrip(nonce = 0x7e57n, withinMs = DEADLINE_MS): Promise<number> {
    const startedAt = performance.now();
    this.send({ type: 'ping', body: { nonce } });
    const pong = await this.next('pong', withinMs);
    if (pong.nonce !== nonce) throw new Error(`pong ${pong.nonce} in place of ${nonce}`);
    return performance.now() - startedAt;
  }

  count(type: MessageType): number {
    return this.messages.filter((message) => message.type === type).length;
  }

  end(): void {
    this.socket.destroy();
  }

  private take<Type extends MessageType>(type: Type): MessageOf<Type>['body'] | undefined {
    const index = this.messages.findIndex(
      (message, at) => at >= this.read && message.type === type,
    );
    if (index < 0) return undefined;
    this.read = index + 1;
    return this.messages[index]?.body as MessageOf<Type>['body'] | undefined;
  }

  private received(bytes: Uint8Array): void {
    this.receivedBytes += bytes.length;
    this.decoder.push(bytes);
    for (let step = this.decoder.next(); step !== undefined; step = this.decoder.next()) {
      if (step.kind === 'fault') return;
      if (step.kind === 'preface') this.hasPreface = true;
      else this.frame(step.frameType, step.body);
    }
  }

  private frame(frameType: number, body: Uint8Array): void {
    const type = messageTypeOf(frameType);
    const decoded = type === undefined ? undefined : decodeBody(type, body);
    if (decoded?.ok !== true) throw new Error(`a frame of type ${frameType} that nobody reads`);
    this.messages.push(decoded.message);
    if (decoded.message.type === 'ping' && this.answersPings) {
      this.send({ type: 'pong', body: decoded.message.body });
    }
    this.onMessage?.(decoded.message);
  }

  private ended(): void {
    this.closedAt ??= performance.now();
  }
}

/** A port of 127.0.0.1 behind which each connection is a `FakePeer`. */
export class FakeListener {
  readonly accepted: FakePeer[] = [];
  private taken = 0;

  private constructor(private readonly server: Server) {}

  /** @param onAccept called for each connection; it may send at once */
  static async start(onAccept: (peer: FakePeer) => void = () => undefined): Promise<FakeListener> {
    const server = createServer();
    const listener = new FakeListener(server);
    server.on('connection', (socket) => {
      const peer = new FakePeer(socket);
      listener.accepted.push(peer);
      onAccept(peer);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return listener;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The next connection that no earlier call has returned. */
  async next(withinMs = DEADLINE_MS): Promise<FakePeer> {
    const peer = await eventually(() => this.accepted[this.taken], {
      withinMs,
      everyMs: 2,
      what: 'a connection to the listener',
    });
    this.taken += 1;
    return peer;
  }

  async close(): Promise<void> {
    for (const peer of this.accepted) peer.end();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
