import { handshakeBytes, helloOf } from '../fake-peer.ts';
import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

const PER_SECOND = 30;

/** Has heard the honest peers' Hellos on the wire and says them again: in plain mode a key is a claim. */
export class Replayer implements Adversary {
  readonly name = 'replayed Hellos of connected peers';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 64);
    const keys = target.honestKeys.map((hex) => Buffer.from(hex, 'hex'));
    let turn = 0;
    await raid.atRate(PER_SECOND, async () => {
      const publicKey = keys[turn++ % keys.length];
      const peer = await raid.peer();
      if (peer === undefined || publicKey === undefined) return;
      peer.write(handshakeBytes(helloOf({ publicKey })));
      raid.count('replays');
      await raid.until(() => !peer.isOpen, 2_000);
      if (peer.count('hello') > 0) raid.blame('let a second one in under a connected key');
      peer.end();
    });
    return raid.findings();
  }
}
