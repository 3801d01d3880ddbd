import { handshakeBytes, helloOf } from '../fake-peer.ts';
import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

const AT_ONCE = 16;
const BYTE_EVERY_MS = 100;
/** The node's 5 s, and what a busy machine may add. */
const HANDSHAKE_MAX_MS = 6_500;

/** Sends a good handshake one byte after the other, too slowly. */
export class Dripper implements Adversary {
  readonly name = 'dripped handshakes';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 58);
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.one(raid)));
    return raid.findings();
  }

  private async one(raid: Raid): Promise<void> {
    while (!raid.isOver) {
      const peer = await raid.peer();
      const startedAt = performance.now();
      for (const byte of handshakeBytes(helloOf())) {
        if (peer?.isOpen !== true || raid.isOver) break;
        peer.write(Uint8Array.of(byte));
        await raid.pause(BYTE_EVERY_MS);
      }
      if (peer?.isOpen === false) raid.count('closed by the node');
      if (performance.now() - startedAt > HANDSHAKE_MAX_MS) raid.blame('a handshake took over 5 s');
      peer?.end();
      await raid.pause(50);
    }
  }
}
