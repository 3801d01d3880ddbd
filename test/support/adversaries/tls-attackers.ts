import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { handshakeBytes, helloOf, rawFrame } from '../fake-peer.ts';
import { KeyUpdates } from '../key-updates.ts';
import { dialTls, testIdentity, type TestIdentity } from '../tls-peer.ts';
import type { Adversary, Findings, Target } from './adversary.ts';
import { Raid } from './raid.ts';

const GARBAGE_PER_SECOND = 60;
const HALF_PER_SECOND = 60;
const FULL_PER_SECOND = 30;
const POURED_AT_ONCE = 4;
const KEY_UPDATES = 1_000;
/** Of a type that nobody knows, as long as a frame may be. */
const LONG_FRAME = rawFrame(200, new Uint8Array(65_000));
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

/** Asks for new keys as fast as the node takes it, before and instead of any Hello, and reads no answer. */
export class KeyUpdater implements Adversary {
  readonly name = 'KeyUpdates without end';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 150);
    await pour(raid, async (socket, identity) => {
      const peer = await KeyUpdates.begin(socket, identity);
      peer.secure.pause();
      while (!socket.destroyed && !raid.isOver) {
        if (socket.writableLength === 0) {
          peer.send(KEY_UPDATES);
          raid.count('KeyUpdates', KEY_UPDATES);
        }
        await raid.pause(10);
      }
    });
    return raid.findings();
  }
}

/** Legal frames in records of one byte each. */
export class RecordSplitter implements Adversary {
  readonly name = 'TLS records of one byte';

  async attack(target: Target, signal: AbortSignal): Promise<Findings> {
    const raid = new Raid(target, signal, 154);
    await pour(raid, async (socket, identity) => {
      const peer = dialTls(socket, identity);
      peer.write(handshakeBytes(helloOf({ publicKey: identity.publicKey })));
      await raid.until(() => !peer.isOpen || peer.count('hello') > 0, 2_000);
      for (let i = 0; peer.isOpen && !raid.isOver; i = (i + 1) % LONG_FRAME.length) {
        const byte = LONG_FRAME.subarray(i, i + 1);
        // Node puts into one record what is written while a write is under way.
        await new Promise((resolve) => peer.socket.write(byte, () => setImmediate(resolve)));
        raid.count('records');
      }
    });
    return raid.findings();
  }
}

/** A few connections at a time, each until the node has had enough of it. */
async function pour(
  raid: Raid,
  one: (socket: Socket, identity: TestIdentity) => Promise<void>,
): Promise<void> {
  // A write to who does not read would never end.
  raid.signal.addEventListener('abort', () => raid.letGo());
  const pouring = IDENTITIES.slice(0, POURED_AT_ONCE).map(async (identity) => {
    while (!raid.isOver) {
      const socket = await raid.dial();
      if (socket !== undefined) await one(socket, identity).catch(() => raid.count('failed'));
      if (!raid.isOver) raid.count('closed by the node');
      socket?.destroy();
      await raid.pause(200);
    }
  });
  await Promise.all(pouring);
}
