import { connect, type Socket } from 'node:net';
import { FakePeer, handshakeBytes, helloOf } from '../fake-peer.ts';
import type { Hello } from '../../../src/core/wire/generated/p2p.ts';
import type { Findings, Target } from './adversary.ts';

/** What differs is enough to tell an answer from another one; more would fill a report. */
const BROKEN_MAX = 5;

/**
 * One attack under way: its connections, its pace, and its findings. In a network namespace in which
 * every address is this machine's, each connection may come from any address.
 */
export class Raid {
  private readonly counts = new Map<string, number>();
  private readonly broken: string[] = [];
  private readonly open = new Set<Socket>();
  private nextHost = 0;

  /**
   * @param network first number of the attacker's addresses: each adversary has its own
   */
  constructor(
    readonly target: Target,
    readonly signal: AbortSignal,
    private readonly network: number,
  ) {}

  get isOver(): boolean {
    return this.signal.aborted;
  }

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  /** What the node must not do. */
  blame(what: string): void {
    this.count('broken');
    if (this.broken.length < BROKEN_MAX) this.broken.push(what);
  }

  /** An address in another /16 at each call, as of somebody with many networks. */
  freshHost(): string {
    this.nextHost = (this.nextHost + 1) % 65_536;
    const i = this.nextHost;
    return `${this.network + (i & 3)}.${(i >> 2) & 255}.${(i >> 10) & 63}.1`;
  }

  /** A bare socket, connected; undefined when the node took none. */
  async dial(from = this.freshHost(), port = this.target.p2pPort): Promise<Socket | undefined> {
    const isLocal = port === this.target.opsPort;
    const host = isLocal ? '127.0.0.1' : this.target.host;
    const socket = connect({ host, port, localAddress: isLocal ? '127.0.0.1' : from });
    this.open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.open.delete(socket));
    const isConnected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('close', () => resolve(false));
    });
    this.count(isConnected ? 'connections' : 'refused');
    return isConnected ? socket : undefined;
  }

  /** A plain connection that keeps what it hears. */
  async peer(from?: string): Promise<FakePeer | undefined> {
    const socket = await this.dial(from);
    return socket === undefined ? undefined : new FakePeer(socket);
  }

  /** A plain connection whose handshake is complete; undefined when the node has no place. */
  async join(hello: Partial<Hello> = {}, from?: string): Promise<FakePeer | undefined> {
    const peer = await this.peer(from);
    if (peer === undefined) return undefined;
    peer.write(handshakeBytes(helloOf(hello)));
    await this.until(() => !peer.isOpen || peer.messages.length > 0, 2_000);
    const isIn = peer.isOpen && peer.count('hello') > 0;
    this.count(isIn ? 'let in' : 'turned away');
    return isIn ? peer : undefined;
  }

  /** Waits, but not beyond the end of the attack. */
  async pause(ms: number): Promise<void> {
    if (this.isOver) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.signal.addEventListener('abort', done);
    });
  }

  /** Waits for something, no longer than given and not beyond the end of the attack. */
  async until(isSo: () => boolean, withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!isSo() && !this.isOver && performance.now() < deadline) await this.pause(10);
  }

  counted(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  /** Does something so many times a second until the end, whether or not the last one is done. */
  async atRate(perSecond: number, act: () => Promise<void> | void): Promise<void> {
    const running = new Set<Promise<void>>();
    const startedAt = performance.now();
    let begun = 0;
    while (!this.isOver) {
      const due = Math.floor(((performance.now() - startedAt) / 1_000) * perSecond) + 1;
      for (; begun < due && !this.isOver; begun += 1) {
        const work = Promise.resolve(act()).catch(() => this.count('failed'));
        const done = work.finally(() => running.delete(done));
        running.add(done);
      }
      await this.pause(Math.max(5, 1_000 / perSecond / 2));
    }
    this.letGo();
    await Promise.all(running);
  }

  /** Ends all connections. */
  letGo(): void {
    for (const socket of this.open) socket.destroy();
  }

  findings(): Findings {
    this.letGo();
    return { did: Object.fromEntries(this.counts), broken: this.broken };
  }
}
