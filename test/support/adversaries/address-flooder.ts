import { forbiddenAddresses } from '../forbidden-addresses.ts';
import type { FakePeer } from '../fake-peer.ts';
import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

const CONNECTIONS = 40;
const LIST_MAX = 100;
const CLAIMS = 4;
const FORBIDDEN = forbiddenAddresses().filter((text) => text !== '');

/** Names thousands of addresses: invented ones, forbidden ones, and none that is good. */
export class AddressFlooder implements Adversary {
  readonly name = 'address flood';
  private named = 0;

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 114);
    await Promise.all(Array.from({ length: CONNECTIONS }, (_, i) => this.one(raid, i)));
    return raid.findings();
  }

  /** Stays long enough to be asked; then somebody else comes, from another network. */
  private async one(raid: Raid, offset: number): Promise<void> {
    while (!raid.isOver) {
      const from = (offset * CLAIMS + this.named) % (FORBIDDEN.length - CLAIMS);
      const peer = await raid.join({ listenAddresses: FORBIDDEN.slice(from, from + CLAIMS) });
      if (peer !== undefined) {
        peer.onMessage = ({ type }) => {
          if (type === 'get-peers') this.answer(raid, peer);
        };
        this.answer(raid, peer);
        await raid.until(() => !peer.isOpen, 4_000);
        peer.end();
      }
      await raid.pause(200);
    }
  }

  private answer(raid: Raid, peer: FakePeer): void {
    const peers = Array.from({ length: LIST_MAX }, (_, i) => this.address(i));
    peer.send({ type: 'peer-list', body: { peers, records: [] } });
    raid.count('addresses named', LIST_MAX);
  }

  private address(i: number): string {
    this.named += 1;
    if (i % 2 === 0) return FORBIDDEN[this.named % FORBIDDEN.length] as string;
    const n = this.named;
    return `${120 + (n & 7)}.${(n >> 3) & 255}.${(n >> 11) & 255}.7:7071`;
  }
}
