import { peerAddressOfIp, type PeerAddress } from '../../core/support/peer-address.ts';
import { ScriptedPeer, type ScriptWorld, type ScriptedLink } from './scripted-peer.ts';

const LISTED = 100;
const P2P_PORT = 7_071;

export interface FloodPlan {
  /** Invented addresses in all; nobody answers at them. */
  readonly addresses: number;
  /** Lists that nobody asked for, each second. */
  readonly unsolicitedPerSecond: number;
}

/** Names ever more addresses, asked or not, at which nobody has ever been. */
export class AddressFlooder extends ScriptedPeer {
  /** Addresses named so far. */
  named = 0;

  constructor(
    world: ScriptWorld,
    address: PeerAddress,
    private readonly plan: FloodPlan,
  ) {
    super(world, address);
  }

  protected override greeted(link: ScriptedLink): void {
    if (this.plan.unsolicitedPerSecond > 0) this.pour(link);
  }

  protected override peersFor(): string[] {
    const count = Math.min(LISTED, this.plan.addresses - this.named);
    const peers = Array.from({ length: count }, (_, i) => inventedAddress(this.named + i).key);
    this.named += count;
    return peers;
  }

  private pour(link: ScriptedLink): void {
    if (!this.links.has(link.id) || this.named >= this.plan.addresses) return;
    this.asked(link, undefined as never);
    const { queue } = this.world;
    const at = queue.now + 1_000 / this.plan.unsolicitedPerSecond;
    queue.schedule(at, () => this.pour(link));
  }
}

/** 130.0.0.0 to 165.255.255.255, spread over all /16s in turn: nobody of any simulation lives there. */
export function inventedAddress(index: number): PeerAddress {
  const group = index % (36 * 256);
  const host = Math.floor(index / (36 * 256));
  const ip = Uint8Array.of(130 + (group >> 8), group & 0xff, 1 + (host >> 8), host & 0xff);
  return peerAddressOfIp(ip, P2P_PORT);
}
