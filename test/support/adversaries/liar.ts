import { DisconnectReason, type Hello } from '../../../src/core/wire/generated/p2p.ts';
import { handshakeBytes, helloOf } from '../fake-peer.ts';
import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

const PER_SECOND = 30;
const { MALFORMED } = DisconnectReason;
const U64_MAX = 2n ** 64n - 1n;
const U32_MAX = 2 ** 32 - 1;

/** What is wrong with a Hello, and how it must be refused; 0: it must not be. */
const LIES: readonly (readonly [Partial<Hello>, DisconnectReason | 0])[] = [
  [{ protocolVersion: 0 }, DisconnectReason.PROTOCOL_VERSION_MISMATCH],
  [{ protocolVersion: U32_MAX }, DisconnectReason.PROTOCOL_VERSION_MISMATCH],
  [{ chainId: 'mainnet' }, DisconnectReason.CHAIN_ID_MISMATCH],
  [{ chainId: '' }, DisconnectReason.CHAIN_ID_MISMATCH],
  [{ chainId: 'x'.repeat(65) }, DisconnectReason.CHAIN_ID_MISMATCH],
  [{ chainId: 'test\nnet' }, DisconnectReason.CHAIN_ID_MISMATCH],
  [{ genesisHash: new Uint8Array(32) }, DisconnectReason.GENESIS_MISMATCH],
  [{ genesisHash: new Uint8Array(31) }, MALFORMED],
  [{ genesisHash: new Uint8Array(0) }, MALFORMED],
  [{ publicKey: new Uint8Array(33) }, MALFORMED],
  [{ publicKey: new Uint8Array(0) }, MALFORMED],
  [{ agent: 'a'.repeat(65) }, MALFORMED],
  [{ agent: '\u001b[2J' }, MALFORMED],
  [{ zone: 'z'.repeat(64) }, MALFORMED],
  [{ tipHash: new Uint8Array(20), zone: 'Z\u00fcrich' }, 0],
  [{ listenAddresses: Array.from({ length: 5 }, () => '8.8.8.8:7071') }, MALFORMED],
  [{ listenAddresses: ['x'.repeat(261)] }, MALFORMED],
  [{ observedAddress: 'x'.repeat(301) }, 0],
  [{ tipHeight: U64_MAX, connectionNonce: U64_MAX, capabilities: U64_MAX - 8n }, 0],
  [{ tipHeight: U64_MAX - 1n, connectionNonce: 0n, capabilities: 0n }, 0],
  [{ observedAddress: '0.0.0.0:0', tipHeight: 2n ** 63n }, 0],
];

/** Has one field of Hello wrong. */
export class Liar implements Adversary {
  readonly name = 'wrong fields of Hello';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 42);
    let turn = 0;
    await raid.atRate(PER_SECOND, async () => {
      const [lie, wanted] = LIES[turn++ % LIES.length] as (typeof LIES)[number];
      await this.tell(raid, lie, wanted);
    });
    return raid.findings();
  }

  private async tell(raid: Raid, lie: Partial<Hello>, wanted: DisconnectReason): Promise<void> {
    const peer = await raid.peer();
    if (peer === undefined) return;
    peer.write(handshakeBytes(helloOf(lie)));
    raid.count('lies');
    await raid.until(() => peer.messages.length > 0 || !peer.isOpen, 2_000);
    const [first] = peer.messages;
    const isFull =
      first?.type === 'disconnect' && first.body.reason === DisconnectReason.TOO_MANY_PEERS;
    const got = first?.type === 'disconnect' ? first.body.reason : DisconnectReason.UNSPECIFIED;
    const isAnswered = first !== undefined && !isFull;
    if (isAnswered && got !== wanted) {
      raid.blame(`${Object.keys(lie).join()}: ${got} in place of ${wanted}`);
    }
    peer.end();
  }
}
