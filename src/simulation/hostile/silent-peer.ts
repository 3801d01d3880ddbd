import { ScriptedPeer } from './scripted-peer.ts';

/** Accepts a connection and never says a word: the dialler's own deadline has to end it. */
export class SilentPeer extends ScriptedPeer {
  protected override opened(): void {
    // Not even a preface.
  }

  protected override sendHello(): void {
    // Nor an answer.
  }
}
