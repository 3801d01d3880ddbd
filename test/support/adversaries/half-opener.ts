import { PREFACE } from '../../../src/core/wire/frame-decoder.ts';
import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

const PER_SECOND = 150;

/** Connects, says nothing or half a preface, and stays. */
export class HalfOpener implements Adversary {
  readonly name = 'half-open connections';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 54);
    let turn = 0;
    await raid.atRate(PER_SECOND, async () => {
      const words = PREFACE.subarray(0, turn++ % 4);
      const peer = await raid.peer();
      if (peer === undefined) return;
      if (words.length > 0) peer.write(words);
      while (peer.isOpen && !raid.isOver) await raid.pause(250);
      if (peer.receivedBytes > 0) raid.blame('spoke before the preface was whole');
      peer.end();
    });
    return raid.findings();
  }
}
