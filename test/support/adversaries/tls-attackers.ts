import { randomBytes } from 'node:crypto';
import { handshakeBytes, helloOf } from '../fake-peer.ts';
import { dialTls, testIdentity } from '../tls-peer.ts';
import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

const GARBAGE_PER_SECOND = 60;
const HALF_PER_SECOND = 60;
const FULL_PER_SECOND = 30;
const IDENTITIES = Array.from({ length: 16 }, () => testIdentity());
/** A handshake record that promises more than comes. */
const BEGUN = Buffer.from('16030100c8010000c40303', 'hex');

/** Begins TLS and goes on with noise, of any length and in any record type. */
export class TlsGarbage implements Adversary {
  readonly name = 'garbage in TLS';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 130);
    await raid.atRate(GARBAGE_PER_SECOND, async () => {
      const socket = await raid.dial();
      if (socket === undefined) return;
      const length = 1 + Math.floor(Math.random() * 16_384);
      const head = Buffer.from([0x16, 3, 3, length >> 8, length & 255]);
      socket.write(Buffer.concat([head, randomBytes(length)]));
      socket.write(Buffer.from([0x17, 3, 3, 0, 16, ...randomBytes(16)]));
      raid.count('records');
      await raid.until(() => socket.destroyed, 6_000);
      socket.destroy();
    });
    return raid.findings();
  }
}

/** Begins a TLS handshake and stays there. */
export class HalfTls implements Adversary {
  readonly name = 'half TLS handshakes';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 134);
    await raid.atRate(HALF_PER_SECOND, async () => {
      const socket = await raid.dial();
      if (socket === undefined) return;
      socket.write(BEGUN);
      await raid.until(() => socket.destroyed, 6_500);
      if (!socket.destroyed && !raid.isOver) raid.blame('half a handshake stays for over 5 s');
      socket.destroy();
    });
    return raid.findings();
  }
}

/** Whole handshakes, again and again: signatures of the node's key; every other one lies about its own. */
export class TlsFlooder implements Adversary {
  readonly name = 'TLS handshake flood, wrong keys';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 138);
    let turn = 0;
    await raid.atRate(FULL_PER_SECOND, async () => {
      const i = turn++;
      const identity = IDENTITIES[i % IDENTITIES.length] as (typeof IDENTITIES)[number];
      const socket = await raid.dial();
      if (socket === undefined) return;
      const isLie = i % 2 === 0;
      const peer = dialTls(socket, identity);
      peer.write(handshakeBytes(helloOf(isLie ? {} : { publicKey: identity.publicKey })));
      await raid.until(() => !peer.isOpen || peer.messages.length > 0, 5_000);
      if (isLie && peer.count('hello') > 0)
        raid.blame('took a key that the certificate does not name');
      raid.count(isLie ? 'wrong keys' : 'handshakes');
      peer.end();
    });
    return raid.findings();
  }
}
