import { createHash } from 'node:crypto';
import { readVectors } from '../../../test/vectors/read-vectors.ts';
import { fromHex, toHex } from '../support/bytes.ts';
import type { BlockHeader } from '../wire/generated/p2p.ts';
import { announcementOf } from './announcement-of.ts';
import { blockHash, headerBytes, transactionId } from './block-hash.ts';

interface HashVectors {
  readonly node_ids: readonly { public_key: string; node_id: string }[];
  readonly blocks: readonly { header: Record<string, string>; bytes: string; hash: string }[];
  readonly transactions: readonly { public_key: string; payload: string; id: string }[];
}

const VECTORS = readVectors<HashVectors>('hashes');
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const bytesOf = (hex: string): Uint8Array => fromHex(hex) as Uint8Array;
const base64 = (text = ''): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

const headerOf = (fields: Record<string, string>): BlockHeader => ({
  version: Number(fields['version']),
  height: BigInt(fields['height'] ?? 0),
  parentHash: base64(fields['parentHash']),
  contentRoot: base64(fields['contentRoot']),
  timestampMs: BigInt(fields['timestampMs'] ?? 0),
  targetBits: Number(fields['targetBits']),
  nonce: BigInt(fields['nonce'] ?? 0),
});

describe('hashes of the protocol', () => {
  it.each(VECTORS.blocks)('agree with the golden block $hash', ({ header, bytes, hash }) => {
    expect(toHex(headerBytes(headerOf(header)))).toBe(bytes);
    expect(toHex(blockHash(headerOf(header), sha256))).toBe(hash);
  });

  it.each(VECTORS.transactions)('agree with the golden transaction $id', (vector) => {
    const transaction = {
      publicKey: bytesOf(vector.public_key),
      payload: bytesOf(vector.payload),
    };
    expect(toHex(transactionId(transaction, sha256))).toBe(vector.id);
  });

  it('agree with the golden node id', () => {
    for (const { public_key: publicKey, node_id: nodeId } of VECTORS.node_ids) {
      expect(toHex(sha256(bytesOf(publicKey)).subarray(0, 20))).toBe(nodeId);
    }
  });
});

describe('announcementOf', () => {
  const header = headerOf(VECTORS.blocks[0]?.header ?? {});

  it('names a block by its hash and a transaction by its id', () => {
    const block = announcementOf({ type: 'block-announcement', body: { header } }, sha256);
    expect(block).toEqual({ kind: 'block', hash: blockHash(header, sha256), header });
    const transaction = {
      publicKey: new Uint8Array(32),
      payload: Uint8Array.of(1),
      signature: new Uint8Array(64),
    };
    expect(announcementOf({ type: 'transaction-announcement', body: transaction }, sha256)).toEqual(
      { kind: 'transaction', hash: transactionId(transaction, sha256), transaction },
    );
  });

  it('has no announcement for a missing header or parts of a wrong length', () => {
    const short = { ...header, parentHash: new Uint8Array(31) };
    const unsigned = {
      publicKey: new Uint8Array(32),
      payload: new Uint8Array(0),
      signature: new Uint8Array(0),
    };
    expect(
      announcementOf({ type: 'block-announcement', body: { header: undefined } }, sha256),
    ).toBeUndefined();
    expect(
      announcementOf({ type: 'block-announcement', body: { header: short } }, sha256),
    ).toBeUndefined();
    expect(
      announcementOf({ type: 'transaction-announcement', body: unsigned }, sha256),
    ).toBeUndefined();
  });
});
