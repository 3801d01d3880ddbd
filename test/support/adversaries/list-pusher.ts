import type { Message } from '../../../src/core/wire/message.ts';
import { encodeFrame } from '../../../src/core/wire/message-codec.ts';
import { forbiddenAddresses } from '../forbidden-addresses.ts';
import { rawFrame } from '../fake-peer.ts';
import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

const PER_SECOND = 10;
const LIST_MAX = 100;
const WIRE_ADDRESSES = forbiddenAddresses().filter((text) => text !== '');
const U64_MAX = 2n ** 64n - 1n;

/** Lists that nobody asked for, and numbers at the ends of their ranges. */
function messages(turn: number): readonly Message[] {
  const from = (turn * LIST_MAX) % WIRE_ADDRESSES.length;
  return [
    {
      type: 'peer-list',
      body: { peers: WIRE_ADDRESSES.slice(from, from + LIST_MAX), records: [] },
    },
    { type: 'headers', body: { headers: [] } },
    { type: 'pong', body: { nonce: U64_MAX } },
    { type: 'ping', body: { nonce: U64_MAX } },
    { type: 'get-headers', body: { locator: [new Uint8Array(32)], max: 200 } },
    {
      type: 'get-peers',
      body: {
        max: 2 ** 32 - 1,
        knownFilter: new Uint8Array(1),
        filterSalt: 2 ** 32 - 1,
        filterHashes: 8,
      },
    },
    {
      type: 'block-announcement',
      body: {
        header: {
          version: 2 ** 32 - 1,
          height: U64_MAX,
          parentHash: new Uint8Array(32),
          contentRoot: new Uint8Array(32),
          timestampMs: U64_MAX,
          targetBits: 2 ** 32 - 1,
          nonce: U64_MAX,
        },
      },
    },
  ];
}

/** Sends what is well-formed and out of place. */
export class ListPusher implements Adversary {
  readonly name = 'unsolicited lists and edge values';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 60);
    let turn = 0;
    await raid.atRate(PER_SECOND, async () => {
      const peer = await raid.join();
      if (peer === undefined) return;
      for (const message of messages(turn++)) {
        peer.write(encodeFrame(message));
        raid.count('messages');
      }
      peer.write(rawFrame(0xff, new Uint8Array(60_000)));
      await raid.until(() => !peer.isOpen, 2_000);
      peer.end();
    });
    return raid.findings();
  }
}
