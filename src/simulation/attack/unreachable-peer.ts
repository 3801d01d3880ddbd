import { ScriptedPeer } from '../hostile/scripted-peer.ts';

/** An honest node behind a home router: it dials, and nobody can dial it. */
export class UnreachablePeer extends ScriptedPeer {
  /** What the far side names as its own addresses. */
  get toldAddresses(): readonly string[] {
    return [...this.links.values()].flatMap((link) => link.hello?.listenAddresses ?? []);
  }

  protected override helloFor(
    ...link: Parameters<ScriptedPeer['helloFor']>
  ): ReturnType<ScriptedPeer['helloFor']> {
    return { ...super.helloFor(...link), listenAddresses: [] };
  }
}
