import { createHash } from 'node:crypto';
import { readVectors } from '../../../test/vectors/read-vectors.ts';
import { signedRecord } from '../../../test/support/signed-records.ts';
import { isSignedBy } from '../../support/ed25519.ts';
import { encodePeerRecord } from './message-codec.ts';
import { networkOfRecord, readRecord, signedRecordBytes } from './peer-record.ts';

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

interface AnnouncePeerVectors {
  readonly vectors: readonly {
    readonly fields: { readonly record: { readonly record: string; readonly signature: string } };
  }[];
}

describe('a signed peer record', () => {
  it('of another implementation is read, and its signature is right', async () => {
    const { vectors } = readVectors<AnnouncePeerVectors>('announce-peer');
    const fields = vectors[0]?.fields.record;
    const signed = {
      record: new Uint8Array(Buffer.from(fields?.record ?? '', 'base64')),
      signature: new Uint8Array(Buffer.from(fields?.signature ?? '', 'base64')),
    };
    const read = readRecord(signed);
    expect(read?.addresses).toEqual(['198.51.100.7:7071']);
    expect(read?.zone).toBe('zone-a');
    const bytes = signedRecordBytes(signed.record);
    const publicKey = read?.publicKey as Uint8Array;
    expect(await isSignedBy({ publicKey, signature: signed.signature, bytes })).toBe(true);
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
    expect(await isSignedBy({ publicKey, signature: signed.signature, bytes })).toBe(false);
  });

  it('names its network by the first 8 bytes of a hash over chain id, zero and genesis', () => {
    const genesis = new Uint8Array(32).fill(9);
    const expected = createHash('sha256').update('lab\0').update(genesis).digest().subarray(0, 8);
    expect(Buffer.from(networkOfRecord('lab', genesis, sha256)).equals(expected)).toBe(true);
  });

  it.each([
    ['a key of 31 bytes', { publicKey: new Uint8Array(31) }],
    ['a network of 7 bytes', { network: new Uint8Array(7) }],
    ['a network of 9 bytes', { network: new Uint8Array(9) }],
    ['five addresses', { addresses: Array.from({ length: 5 }, () => '198.51.100.7:7071') }],
    ['a zone of 64 bytes', { zone: 'z'.repeat(64) }],
  ])('with %s is none', (_name, changes) => {
    expect(readRecord(signedRecord(changes))).toBeUndefined();
  });

  it('with a zone of any script is one', () => {
    expect(readRecord(signedRecord({ zone: 'Zürich' }))?.zone).toBe('Zürich');
  });

  it('with four addresses and a zone of 63 bytes is one', () => {
    const addresses = Array.from({ length: 4 }, (_, i) => `198.51.100.${i}:7071`);
    expect(readRecord(signedRecord({ addresses, zone: 'z'.repeat(63) }))?.addresses).toEqual(
      addresses,
    );
  });

  it('reads back as what was signed, whatever is cut off it is none', () => {
    const signed = signedRecord();
    const record = readRecord(signed);
    expect(record && encodePeerRecord(record)).toEqual(signed.record);
    for (let end = 0; end < signed.record.length - 3; end += 1) {
      const cut = { ...signed, record: signed.record.slice(0, end) };
      const read = readRecord(cut);
      expect(read === undefined || read.network.length === 8).toBe(true);
    }
  });
});
