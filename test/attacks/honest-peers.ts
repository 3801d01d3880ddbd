import { connect } from 'node:net';
import { eventually } from '../support/eventually.ts';
import { FakePeer, handshakeBytes, helloOf } from '../support/fake-peer.ts';
import type { Target } from '../support/adversaries/adversary.ts';
import { dialTls, testIdentity } from '../support/tls-peer.ts';

export const HONEST_COUNT = 8;
const PING_EVERY_MS = 1_000;
const PONG_WITHIN_MS = 5_000;
const JOIN_WITHIN_MS = 10_000;

/** Connects from an address of its own and shakes hands as the node wants it. */
async function joinFrom(
  host: string,
  target: Target,
  identity = testIdentity(),
): Promise<FakePeer> {
  const socket = connect({ host: target.host, port: target.p2pPort, localAddress: host });
  socket.setNoDelay(true).on('error', () => socket.destroy());
  const peer = target.security === 'tls' ? dialTls(socket, identity) : new FakePeer(socket);
  peer.write(handshakeBytes(helloOf({ publicKey: identity.publicKey })));
  await eventually(() => !peer.isOpen || peer.count('hello') > 0, {
    withinMs: JOIN_WITHIN_MS,
    everyMs: 2,
    what: 'an answer to Hello',
  }).catch(() => peer.end());
  if (peer.count('hello') === 0) throw new Error('no place');
  return peer;
}

/** The peers that must not notice that there is an attack. */
export class HonestPeers {
  /** Of all Pings since the last `forget`, in milliseconds. */
  readonly waits: number[] = [];
  missedPongs = 0;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly peers: FakePeer[] = [];
  private readonly identities = Array.from({ length: HONEST_COUNT }, () => testIdentity());

  async join(target: Target): Promise<void> {
    for (const [i, identity] of this.identities.entries()) {
      const peer = await joinFrom(`${100 + i}.1.0.1`, target, identity);
      this.peers.push(peer);
      this.timers.push(setInterval(() => void this.ping(peer), PING_EVERY_MS));
    }
  }

  get keys(): string[] {
    return this.identities.map(({ publicKey }) => Buffer.from(publicKey).toString('hex'));
  }

  /** Those that are still on the connection that they began with. */
  get connected(): number {
    return this.peers.filter((peer) => peer.isOpen).length;
  }

  /** What the node said to those that it let go. */
  get goodbyes(): string {
    const reasons = this.peers.flatMap(({ messages }) =>
      messages.flatMap((message) => (message.type === 'disconnect' ? message.body.reason : [])),
    );
    return reasons.join();
  }

  forget(): void {
    this.waits.length = 0;
    this.missedPongs = 0;
  }

  end(): void {
    for (const timer of this.timers) clearInterval(timer);
    for (const peer of this.peers) peer.end();
  }

  private async ping(peer: FakePeer): Promise<void> {
    if (!peer.isOpen) return;
    try {
      this.waits.push(await peer.roundTrip(BigInt(this.waits.length), PONG_WITHIN_MS));
    } catch {
      this.missedPongs += 1;
    }
  }
}

/** How long an honest newcomer needs until it has its first Pong, with as many tries as it takes. */
export async function letInAfterMs(host: string, target: Target): Promise<number> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < JOIN_WITHIN_MS) {
    const peer = await joinFrom(host, target).catch(() => undefined);
    const isIn = await peer?.roundTrip().then(
      () => true,
      () => false,
    );
    peer?.end();
    if (isIn === true) return performance.now() - startedAt;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  return Number.POSITIVE_INFINITY;
}
