import type { PeerAddress } from '../../core/support/peer-address.ts';
import type { GetPeers, Hello } from '../../core/wire/generated/p2p.ts';
import { inventedAddress } from './address-flooder.ts';
import { ScriptedPeer, type ScriptWorld, type ScriptedLink } from './scripted-peer.ts';

/**
 * `genesis`: belongs to another network. `identity`: is another node at each connection.
 * `invention`: names addresses at which nobody answers. `third-party`: says that it lives at the
 * addresses of others, and names them to all: whoever believes it dials them. `observation`: tells
 * whoever dials it that it is seen at the address of another.
 */
export type Lie = 'genesis' | 'identity' | 'invention' | 'third-party' | 'observation';

const LISTED = 100;

/** A peer that keeps to the protocol and says what is not so. */
export class Liar extends ScriptedPeer {
  private lies = 0;

  constructor(
    world: ScriptWorld,
    address: PeerAddress,
    private readonly lie: Lie,
    private readonly thirdParties: readonly PeerAddress[] = [],
  ) {
    super(world, address);
  }

  protected override helloFor(link: ScriptedLink): Hello {
    const hello = super.helloFor(link);
    this.lies += 1;
    switch (this.lie) {
      case 'genesis':
        return { ...hello, genesisHash: hello.genesisHash.map((byte) => byte ^ 0xff) };
      case 'identity':
        return { ...hello, publicKey: hello.publicKey.map((byte) => byte ^ this.lies) };
      case 'third-party': {
        const claimed = this.thirdParties.slice(0, 4).map((address) => address.key);
        return { ...hello, listenAddresses: claimed };
      }
      case 'observation':
        return { ...hello, observedAddress: this.thirdParties[0]?.key ?? '' };
      default:
        return hello;
    }
  }

  protected override asked(link: ScriptedLink, request: GetPeers): void {
    if (this.lie === 'invention' || this.lie === 'third-party') super.asked(link, request);
  }

  protected override peersFor(): string[] {
    if (this.lie === 'third-party') return this.thirdParties.slice(0, LISTED).map(({ key }) => key);
    const from = this.lies * LISTED;
    return Array.from({ length: LISTED }, (_, i) => inventedAddress(from + i).key);
  }
}
