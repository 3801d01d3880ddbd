import type { ConnectionId } from '../../src/core/support/brand.ts';
import { publicPeerAt, type NodeScript } from './node-script.ts';

/** Stands in for well-behaved peers: answers each dial and each ping of a scripted node once. */
export class AnsweringPeers {
  private readonly numbers: ReadonlyMap<string, number>;
  private readonly lastPing = new Map<ConnectionId, bigint>();
  private seenEffects = 0;

  constructor(
    private readonly node: NodeScript,
    peers: readonly number[],
  ) {
    this.numbers = new Map(peers.map((i) => [publicPeerAt(i).key, i]));
  }

  runTo(time: number): void {
    while (this.node.now < time) {
      this.node.runTo(Math.min(time, this.node.now + 250));
      this.react();
    }
  }

  private react(): void {
    const { effects } = this.node;
    const fresh = effects.slice(this.seenEffects);
    this.seenEffects = effects.length;
    for (const effect of fresh) {
      const i = effect.kind === 'dial' ? this.numbers.get(effect.endpoint.key) : undefined;
      if (i !== undefined) this.node.answer(i, { connectionNonce: BigInt(i) });
    }
    for (const { id, state } of this.node.connections()) {
      const ping = state === 'established' ? this.node.lastPing(id) : undefined;
      if (ping === undefined || this.lastPing.get(id) === ping) continue;
      this.lastPing.set(id, ping);
      this.node.send(id, { type: 'pong', body: { nonce: ping } });
    }
  }
}
