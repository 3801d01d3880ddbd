import type { PeerAddress } from '../../core/support/peer-address.ts';
import { inventedAddress } from './address-flooder.ts';
import { ScriptedPeer, type ScriptedLink } from './scripted-peer.ts';

const LIST_EACH_MS = 1_000;
/** Longer than an address waits whose handshake failed. */
const BACK_AFTER_MS = 15_000;

/** Sends a list that nobody asked for each second, and comes back whenever it is sent away. */
export class Offender extends ScriptedPeer {
  /** Handshakes that were complete for a second. */
  visits = 0;
  /** Lists sent over connections that stood. */
  lists = 0;
  private target: PeerAddress | undefined;

  pester(victim: PeerAddress): void {
    this.target = victim;
    this.dial(victim);
  }

  protected override helloFor(
    ...link: Parameters<ScriptedPeer['helloFor']>
  ): ReturnType<ScriptedPeer['helloFor']> {
    return { ...super.helloFor(...link), listenAddresses: [] };
  }

  protected override greeted(link: ScriptedLink): void {
    this.later(LIST_EACH_MS, () => {
      if (this.links.has(link.id)) this.visits += 1;
      this.pour(link);
    });
  }

  protected override ended(): void {
    this.comeBack();
  }

  protected override dialFailed(): void {
    this.comeBack();
  }

  private pour(link: ScriptedLink): void {
    if (!this.links.has(link.id)) return;
    this.lists += 1;
    const peers = [inventedAddress(this.lists).key];
    this.send(link, { type: 'peer-list', body: { peers, records: [] } });
    this.later(LIST_EACH_MS, () => this.pour(link));
  }

  private comeBack(): void {
    const { target } = this;
    if (target !== undefined) this.later(BACK_AFTER_MS, () => this.dial(target));
  }

  private later(ms: number, act: () => void): void {
    const { queue } = this.world;
    queue.schedule(queue.now + ms, act);
  }
}
