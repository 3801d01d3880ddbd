import { createServer } from 'node:net';
import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

const CONNECTIONS = 24;
const VICTIM = '170.1.0.1';
const VICTIM_PORT = 8_099;
/** A host that does not answer as a peer is dialled once in 30 s. */
const DIAL_EVERY_MS = 30_000;

/** Many peers claim and name one address, which is a third party's. */
export class Reflector implements Adversary {
  readonly name = 'reflection at a third party';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 92);
    const victim = createServer((socket) => {
      raid.count('dials of the third party');
      socket.on('error', () => socket.destroy()).destroy();
    });
    await new Promise<void>((resolve) => victim.listen(VICTIM_PORT, VICTIM, resolve));
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: CONNECTIONS }, () => this.one(raid)));
    victim.close();
    const allowed = 1 + Math.ceil((performance.now() - startedAt) / DIAL_EVERY_MS);
    const dials = raid.counted('dials of the third party');
    if (dials > allowed) raid.blame(`${dials} dials of a third party, ${allowed} allowed`);
    return raid.findings();
  }

  private async one(raid: Raid): Promise<void> {
    const address = `${VICTIM}:${VICTIM_PORT}`;
    while (!raid.isOver) {
      const peer = await raid.join({ listenAddresses: [address] });
      peer?.send({ type: 'peer-list', body: { peers: [address], records: [] } });
      if (peer !== undefined) raid.count('claims');
      await raid.until(() => peer?.isOpen !== true, 1_500);
      peer?.end();
      await raid.pause(200);
    }
  }
}
