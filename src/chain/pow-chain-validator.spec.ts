import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { readVectors } from '../../test/vectors/read-vectors.ts';
import type { Announcement } from '../core/announcements/announcement.ts';
import { announcementOf } from '../core/announcements/announcement-of.ts';
import { blockHash } from '../core/announcements/block-hash.ts';
import type { BlockHeader, TransactionAnnouncement } from '../core/wire/generated/p2p.ts';
import { decodeBody } from '../core/wire/message-codec.ts';
import { chainProfile } from './chain-profile.ts';
import { hashNumber } from './compact-target.ts';
import { createPowChainValidator } from './pow-chain-validator.ts';
import { signedTransactionBytes } from './transaction-signature.ts';

const NOW = 1_795_413_600_000;
const TWO_HOURS = 7_200_000;
const TESTNET_BITS = 0x1f00_ffff;

const profile = chainProfile('testnet');
const validator = createPowChainValidator({ profile, now: () => NOW });
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

const baseHeader = (changes: Partial<BlockHeader> = {}): BlockHeader => ({
  version: 1,
  height: 1n,
  parentHash: profile.genesisHash,
  contentRoot: new Uint8Array(32),
  timestampMs: BigInt(NOW),
  targetBits: TESTNET_BITS,
  nonce: 0n,
  ...changes,
});

/** 2^-16 of all nonces fit `testnet`; 2^-8 fit a target that 0x2000ffff stands for. */
function mined(header: BlockHeader, target = profile.easiestTarget): Announcement {
  for (let nonce = 0n; ; nonce += 1n) {
    header.nonce = nonce;
    const hash = blockHash(header, sha256);
    if (hash[0] === 0 && hashNumber(hash) <= target) return { kind: 'block', hash, header };
  }
}

/** A private chain on which a test mines with some 256 hashes. */
const easyProfile = chainProfile('lab', '11'.repeat(32), 0x2000_ffff);
const easyValidator = createPowChainValidator({ profile: easyProfile, now: () => NOW });
const easyBlock = (changes: Partial<BlockHeader>): Announcement =>
  mined(
    baseHeader({
      parentHash: easyProfile.genesisHash,
      targetBits: easyProfile.easiestTargetBits,
      ...changes,
    }),
    easyProfile.easiestTarget,
  );

describe('proof of work', () => {
  it('is accepted when it was really done for testnet', async () => {
    expect(await validator.validate(mined(baseHeader()))).toEqual({ valid: true });
  });

  it('is insufficient when the hash is above the target', async () => {
    const header = baseHeader();
    const hash = blockHash(header, sha256);
    const verdict = await validator.validate({ kind: 'block', hash, header });
    expect(verdict).toEqual({ valid: false, fault: 'insufficient-work' });
  });

  it.each([
    ['invalid-target', { targetBits: 0x1f80_0000 }],
    ['invalid-target', { targetBits: 0 }],
    ['invalid-target', { targetBits: 0xffff_ffff }],
    ['target-too-easy', { targetBits: 0x1f01_0000 }],
    ['target-too-easy', { targetBits: 0x207f_ffff }],
  ])('has the fault %s for %o', async (fault, changes) => {
    const header = baseHeader(changes);
    const verdict = await validator.validate({ kind: 'block', hash: new Uint8Array(32), header });
    expect(verdict).toEqual({ valid: false, fault });
  });
});

describe('place in the chain', () => {
  it.each([
    ['height 0', 'invalid-height', { height: 0n }],
    ['height 1 on a strange parent', 'wrong-parent', { parentHash: new Uint8Array(32) }],
    [
      'a time two hours and 1 ms ahead',
      'timestamp-too-far-ahead',
      { timestampMs: BigInt(NOW + TWO_HOURS + 1) },
    ],
    ['the largest time', 'timestamp-too-far-ahead', { timestampMs: 2n ** 64n - 1n }],
  ])('refuses %s', async (_, fault, changes) => {
    expect(await easyValidator.validate(easyBlock(changes))).toEqual({ valid: false, fault });
  });

  it.each([
    ['a time two hours ahead', { timestampMs: BigInt(NOW + TWO_HOURS) }],
    ['any parent above height 1', { height: 2n, parentHash: new Uint8Array(32) }],
    ['the largest height', { height: 2n ** 64n - 1n }],
  ])('accepts %s', async (_, changes) => {
    expect(await easyValidator.validate(easyBlock(changes))).toEqual({ valid: true });
  });
});

describe('transaction signature', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const rawKey = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
  const payload = Uint8Array.of(1, 2, 3);
  const signed: TransactionAnnouncement = {
    publicKey: rawKey,
    payload,
    signature: sign(null, signedTransactionBytes(payload), privateKey),
  };
  const verdictOf = (transaction: TransactionAnnouncement) =>
    validator.validate({ kind: 'transaction', hash: new Uint8Array(32), transaction });

  it('is valid when the key made it over the payload', async () => {
    expect(await verdictOf(signed)).toEqual({ valid: true });
  });

  it('agrees with the golden vectors of another implementation', async () => {
    const { vectors } = readVectors<{ vectors: { frame: string }[] }>('transaction-announcement');
    for (const { frame } of vectors) {
      const body = new Uint8Array(Buffer.from(frame, 'hex').subarray(5));
      const result = decodeBody('transaction-announcement', body);
      if (!result.ok || result.message.type !== 'transaction-announcement') throw new Error(frame);
      const announcement = announcementOf(result.message, sha256) as Announcement;
      expect(await validator.validate(announcement)).toEqual({ valid: true });
    }
  });

  it.each([
    ['another payload', { payload: Uint8Array.of(1, 2, 4) }],
    ['another key', { publicKey: new Uint8Array(32).fill(7) }],
    ['a key that is no point', { publicKey: new Uint8Array(32).fill(0xff) }],
    ['a key of 31 bytes', { publicKey: rawKey.subarray(1) }],
    ['a signature of zeros', { signature: new Uint8Array(64) }],
    ['a short signature', { signature: new Uint8Array(63) }],
    ['a signature without its domain', { signature: sign(null, payload, privateKey) }],
  ])('is invalid with %s', async (_, changes) => {
    expect(await verdictOf({ ...signed, ...changes })).toEqual({
      valid: false,
      fault: 'invalid-signature',
    });
  });
});
