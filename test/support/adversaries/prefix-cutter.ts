import { DisconnectReason } from '../../../src/core/wire/generated/p2p.ts';
import { handshakeBytes, helloOf } from '../fake-peer.ts';
import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

const PER_SECOND = 60;
const PREFACE_BYTES = 4;

/** Cuts a good handshake off after every byte, and sends it in two pieces at every place. */
export class PrefixCutter implements Adversary {
  readonly name = 'prefixes and splits';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 30);
    let turn = 0;
    await raid.atRate(PER_SECOND, async () => {
      const bytes = handshakeBytes(helloOf());
      turn += 1;
      const at = (turn >> 1) % bytes.length;
      await (turn % 2 === 0 ? this.cut(raid, bytes, at) : this.split(raid, bytes, at));
    });
    return raid.findings();
  }

  private async cut(raid: Raid, bytes: Buffer, at: number): Promise<void> {
    const peer = await raid.peer();
    if (peer === undefined) return;
    raid.count('prefixes');
    peer.write(bytes.subarray(0, at));
    peer.socket.end();
    await raid.until(() => !peer.isOpen, 2_000);
    if (at < PREFACE_BYTES && peer.receivedBytes > 0) raid.blame(`an answer to ${at} bytes`);
    if (peer.count('hello') > 0) raid.blame(`Hello after ${at} bytes of a handshake`);
    peer.end();
  }

  private async split(raid: Raid, bytes: Buffer, at: number): Promise<void> {
    const peer = await raid.peer();
    if (peer === undefined) return;
    raid.count('splits');
    peer.write(bytes.subarray(0, at));
    await raid.pause(20);
    peer.write(bytes.subarray(at));
    await raid.until(() => !peer.isOpen || peer.count('hello') > 0, 2_000);
    // Who comes as one too many is told so; nothing else may become of a good handshake.
    const isFine = peer.messages.every(
      ({ type, body }) => type !== 'disconnect' || body.reason === DisconnectReason.TOO_MANY_PEERS,
    );
    if (!isFine) raid.blame(`a handshake split at ${at} was refused`);
    peer.end();
  }
}
