import type { PeerAddress } from '../../core/support/peer-address.ts';
import { ScriptedPeer } from './scripted-peer.ts';

/** Takes inbound slots from one address, answers pings so that it keeps them, and gives nothing. */
export class SlotHogger extends ScriptedPeer {
  private connections = 0;

  /** Opens `count` connections to `victim`, each as another node. */
  besiege(victim: PeerAddress, count: number): void {
    for (let i = 0; i < count; i += 1) this.dial(victim);
  }

  /** Connections whose handshake is complete. */
  get held(): number {
    return [...this.links.values()].filter((link) => link.hello !== undefined).length;
  }

  protected override helloFor(
    ...link: Parameters<ScriptedPeer['helloFor']>
  ): ReturnType<ScriptedPeer['helloFor']> {
    this.connections += 1;
    const publicKey = new Uint8Array(this.publicKey);
    publicKey[0] = this.connections & 0xff;
    publicKey[1] = this.connections >> 8;
    return { ...super.helloFor(...link), publicKey, listenAddresses: [] };
  }

  protected override asked(): void {
    // It never shares what it knows.
  }
}
