import type { PeerAddress } from '../../core/support/peer-address.ts';
import {
  isFeeler,
  ScriptedPeer,
  type ScriptWorld,
  type ScriptedLink,
} from '../hostile/scripted-peer.ts';

const SURPLUS_LISTED = 32;
const REDIRECTS = 16;
const RETRY_AFTER_SECONDS = 60;

/** What an honest peer is asked by its crowd. */
export interface HonestLead {
  readonly isFull: (peer: HonestPeer) => boolean;
  /** The common sample of these ten minutes, in random order. */
  readonly share: (max: number) => string[];
  readonly out?: (peer: HonestPeer) => void;
  /** What the victim answered to `ask`. */
  readonly told?: (peers: readonly string[]) => void;
}

const LISTED = 100;

/**
 * An ordinary node as a newcomer meets it: it lets in whom it has room for, hands out its sample, and
 * when it is full it does as a full node does: a short list, and a goodbye with other addresses.
 */
export class HonestPeer extends ScriptedPeer {
  constructor(
    world: ScriptWorld,
    address: PeerAddress,
    private readonly lead: HonestLead,
    index: number,
  ) {
    super(world, address, index);
  }

  /** It stops: a goodbye to all, or, when it `crashes`, none. */
  stop(crashes: boolean): void {
    for (const link of [...this.links.values()]) {
      if (crashes || link.hello === undefined) this.close(link, 'abort');
      else this.goodbye(link, 'shutting-down');
    }
  }

  /** Its own connections have lasted long enough. */
  leave(): void {
    for (const link of [...this.links.values()]) {
      if (link.direction === 'outbound') this.close(link);
    }
  }

  /** Asks the victim for peers over any connection with it. */
  ask(): void {
    const link = [...this.links.values()].find((one) => one.hello !== undefined);
    if (link === undefined) return;
    const body = { max: 0, knownFilter: new Uint8Array(0), filterSalt: 0, filterHashes: 0 };
    this.send(link, { type: 'get-peers', body });
  }

  protected override told(peers: readonly string[]): void {
    this.lead.told?.(peers);
  }

  protected override asked(link: ScriptedLink): void {
    const isSurplus =
      link.direction === 'inbound' && !isFeeler(link) && !link.isAdmitted && this.lead.isFull(this);
    if (!isSurplus) link.isAdmitted = true;
    const peers = this.lead.share(isSurplus ? SURPLUS_LISTED : LISTED);
    this.send(link, { type: 'peer-list', body: { peers, records: [] } });
    if (!isSurplus) return;
    this.goodbye(link, 'too-many-peers', {
      redirect: this.lead.share(REDIRECTS),
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }

  protected override ended(link: ScriptedLink): void {
    if (link.direction === 'outbound') this.lead.out?.(this);
  }

  protected override dialFailed(): void {
    this.lead.out?.(this);
  }
}
