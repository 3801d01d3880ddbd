import { randomBytes } from 'node:crypto';
import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

const PER_SECOND = 40;
/** The ClientHello of a TLS 1.2 library, cut off after its random. */
const TLS_1_2 = Buffer.from(
  `16030100c8010000c40303${'5a'.repeat(32)}00002ac02cc02bc030c02f`,
  'hex',
);
const WORDS: readonly Buffer[] = [
  Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'),
  Buffer.from('POST /ops/drain HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n'),
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from('SSH-2.0-OpenSSH_9.6\r\n'),
  Buffer.from('EHLO a\r\n'),
  Buffer.from('*1\r\n$4\r\nPING\r\n'),
  Buffer.from('VNP2'),
  Buffer.from('VNP\0'),
];

/** Speaks other protocols. */
export class ForeignSpeaker implements Adversary {
  readonly name = 'foreign protocols';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 38);
    // TLS answers a broken handshake with an alert of its own.
    const words = target.security === 'plain' ? [...WORDS, TLS_1_2] : WORDS;
    let turn = 0;
    await raid.atRate(PER_SECOND, async () => {
      const word =
        words[turn++ % (words.length + 1)] ?? Buffer.concat([Buffer.of(0), randomBytes(64)]);
      const peer = await raid.peer();
      if (peer === undefined) return;
      peer.write(word);
      raid.count('words');
      await raid.until(() => !peer.isOpen, 1_000);
      if (peer.receivedBytes > 0) raid.blame(`answered ${JSON.stringify(word.toString('latin1'))}`);
      if (peer.isOpen && !raid.isOver) raid.blame('kept a foreign protocol');
      peer.end();
    });
    return raid.findings();
  }
}
