import { DisconnectReason } from '../../../src/core/wire/generated/p2p.ts';
import { PREFACE } from '../../../src/core/wire/frame-decoder.ts';
import { encodeFrame } from '../../../src/core/wire/message-codec.ts';
import { handshakeBytes, helloOf, type FakePeer } from '../fake-peer.ts';
import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

const PER_SECOND = 30;
const PING = encodeFrame({ type: 'ping', body: { nonce: 1n } });

/** Says Hello twice, the preface twice, or something else first. */
export class HelloRepeater implements Adversary {
  readonly name = 'repeated Hello, and messages before it';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 46);
    let turn = 0;
    await raid.atRate(PER_SECOND, async () => {
      const isEarly = turn++ % 2 === 0;
      const peer = await raid.peer();
      if (peer === undefined) return;
      const hello = handshakeBytes(helloOf());
      peer.write(
        isEarly
          ? Buffer.concat([PREFACE, PING])
          : Buffer.concat([hello, hello.subarray(PREFACE.length)]),
      );
      raid.count(isEarly ? 'early messages' : 'repeated Hellos');
      await raid.until(() => !peer.isOpen, 2_000);
      if (!raid.isOver) this.judge(raid, peer, isEarly);
      peer.end();
    });
    return raid.findings();
  }

  private judge(raid: Raid, peer: FakePeer, isEarly: boolean): void {
    if (peer.isOpen) raid.blame('stays connected');
    if (isEarly && peer.count('hello') > 0) raid.blame('Hello to who has not said it');
    const isRefused = peer.messages.some(
      ({ type, body }) =>
        type === 'disconnect' &&
        [DisconnectReason.MALFORMED, DisconnectReason.TOO_MANY_PEERS].includes(body.reason),
    );
    // A reset may overtake the goodbye.
    if (!isRefused && peer.messages.length > 1) raid.blame('a refusal without its reason');
  }
}
