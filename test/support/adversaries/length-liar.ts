import { PREFACE } from '../../../src/core/wire/frame-decoder.ts';
import { DisconnectReason } from '../../../src/core/wire/generated/p2p.ts';
import type { Adversary, Findings, Target } from './adversary.ts';
import type { FakePeer } from '../fake-peer.ts';
import { Raid } from './raid.ts';

const PER_SECOND = 30;
const HANDSHAKE_MAX = 2_048;
const FRAME_MAX = 65_536;
const HUGE = [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/** Announces frames of every length that may hurt, and sends no body. */
export class LengthLiar implements Adversary {
  readonly name = 'lengths without bodies';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 34);
    let turn = 0;
    await raid.atRate(PER_SECOND, async () => {
      turn += 1;
      const isJoined = turn % 2 === 0;
      const max = isJoined ? FRAME_MAX : HANDSHAKE_MAX;
      const lengths = [0, 1, max, max + 1, ...HUGE];
      await this.announce(raid, isJoined, lengths[(turn >> 1) % lengths.length] as number);
    });
    return raid.findings();
  }

  private async announce(raid: Raid, isJoined: boolean, length: number): Promise<void> {
    const peer = await (isJoined ? raid.join() : raid.peer());
    if (peer === undefined) return;
    const head = Buffer.alloc(4);
    head.writeUInt32BE(length);
    peer.write(isJoined ? head : Buffer.concat([PREFACE, head]));
    raid.count('lengths');
    const isLegal = length > 0 && length <= (isJoined ? FRAME_MAX : HANDSHAKE_MAX);
    await raid.until(() => !peer.isOpen, isLegal ? 500 : 2_000);
    this.judge(raid, peer, isLegal ? undefined : length);
    peer.end();
  }

  /** @param illegal the length, when a node must not wait for it */
  private judge(raid: Raid, peer: FakePeer, illegal: number | undefined): void {
    if (illegal === undefined) {
      if (isToldMalformed(peer)) raid.blame('a legal length is malformed');
    } else if (peer.isOpen && !raid.isOver) {
      raid.blame(`length ${illegal} stays open`);
    }
  }
}

function isToldMalformed({ messages }: FakePeer): boolean {
  return messages.some(
    (message) =>
      message.type === 'disconnect' && message.body.reason === DisconnectReason.MALFORMED,
  );
}
