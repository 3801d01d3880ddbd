import type { Socket } from 'node:net';
import { encodeFrame } from '../../../src/core/wire/message-codec.ts';
import { handshakeBytes, helloOf } from '../fake-peer.ts';
import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

const AT_ONCE = 8;
const BLOCK = Buffer.concat(
  Array.from({ length: 500 }, () =>
    Buffer.concat([
      encodeFrame({ type: 'ping', body: { nonce: 7n } }),
      encodeFrame({
        type: 'get-peers',
        body: { max: 0, knownFilter: new Uint8Array(0), filterSalt: 0, filterHashes: 0 },
      }),
    ]),
  ),
);

/** Asks as fast as its socket takes it and never reads an answer. */
export class SlowReader implements Adversary {
  readonly name = 'slow readers';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 50);
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.one(raid)));
    return raid.findings();
  }

  /** One after the other, each until the node has had enough of it. */
  private async one(raid: Raid): Promise<void> {
    while (!raid.isOver) {
      const socket = await raid.dial();
      if (socket !== undefined) await this.pour(socket.pause(), raid);
      await raid.pause(200);
    }
  }

  private async pour(socket: Socket, raid: Raid): Promise<void> {
    socket.write(handshakeBytes(helloOf()));
    while (!socket.destroyed && !raid.isOver) {
      if (socket.writableLength < BLOCK.length) {
        socket.write(BLOCK);
        raid.count('messages', 1_000);
      }
      await raid.pause(10);
    }
    if (!raid.isOver) raid.count('closed by the node');
  }
}
