import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

const CONNECTIONS = 96;
const NETWORKS = 12;

/** Takes every slot with handshakes that are complete, from a dozen networks, and comes back at once. */
export class FullHouse implements Adversary {
  readonly name = 'a full house';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 88);
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => this.one(raid, i)));
    return raid.findings();
  }

  private async one(raid: Raid, i: number): Promise<void> {
    const from = `88.${i % NETWORKS}.${1 + Math.floor(i / NETWORKS)}.1`;
    while (!raid.isOver) {
      const peer = await raid.join({}, from);
      await raid.until(() => peer?.isOpen !== true, 60_000);
      peer?.end();
      await raid.pause(300);
    }
  }
}
