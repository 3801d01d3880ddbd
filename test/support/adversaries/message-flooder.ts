import type { Message } from '../../../src/core/wire/message.ts';
import { encodeFrame } from '../../../src/core/wire/message-codec.ts';
import { rawFrame, type FakePeer } from '../fake-peer.ts';
import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

/** Repeats frames on connections that it keeps, each at a rate, and dials anew when it is thrown out. */
export class MessageFlooder implements Adversary {
  constructor(
    readonly name: string,
    private readonly options: {
      readonly network: number;
      readonly connections: number;
      readonly perSecond: number;
      readonly frameOf: (turn: number) => Uint8Array;
    },
  ) {}

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, this.options.network);
    await Promise.all(
      Array.from({ length: this.options.connections }, (_, i) => this.one(raid, i)),
    );
    return raid.findings();
  }

  private async one(raid: Raid, offset: number): Promise<void> {
    while (!raid.isOver) {
      const peer = await raid.join();
      if (peer !== undefined) await this.pour(raid, peer, offset);
      await raid.pause(500);
    }
  }

  private async pour(raid: Raid, peer: FakePeer, offset: number): Promise<void> {
    const { perSecond, frameOf } = this.options;
    const startedAt = performance.now();
    let sent = 0;
    while (peer.isOpen && !raid.isOver) {
      const due = ((performance.now() - startedAt) / 1_000) * perSecond;
      for (; sent < due; sent += 1) peer.write(frameOf(offset * 7_919 + sent));
      peer.messages.length = 0;
      await raid.pause(20);
    }
    raid.count('frames', sent);
    if (!peer.isOpen) raid.count('closed by the node');
    peer.end();
  }
}

export const frame = (message: Message): Uint8Array => encodeFrame(message);
export { rawFrame };
