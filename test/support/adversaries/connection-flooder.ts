import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

/** More than the node accepts. */
const PER_SECOND = 400;

/** Connects and hangs up, again and again. */
export class ConnectionFlooder implements Adversary {
  readonly name = 'connection flood';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 68);
    let turn = 0;
    await raid.atRate(PER_SECOND, async () => {
      const socket = await raid.dial();
      if (turn++ % 2 === 0) socket?.end();
      else socket?.resetAndDestroy();
    });
    return raid.findings();
  }
}
