import { rawFrame } from '../fake-peer.ts';
import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

const PER_SECOND = 40;
const FRAME = rawFrame(0x11, new Uint8Array(30_000));

/** Resets its connection in the middle of a frame. */
export class ResetMidFrame implements Adversary {
  readonly name = 'resets in the middle of a frame';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 72);
    let turn = 0;
    await raid.atRate(PER_SECOND, async () => {
      const peer = await raid.join();
      if (peer === undefined) return;
      turn += 1;
      const cut = 1 + ((turn * 977) % (FRAME.length - 1));
      await new Promise<void>((resolve) => {
        peer.socket.write(FRAME.subarray(0, cut), () => resolve());
      });
      peer.socket.resetAndDestroy();
      raid.count('resets');
    });
    return raid.findings();
  }
}
