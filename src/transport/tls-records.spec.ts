import { DEFAULT_TRANSPORT_LIMITS } from '../core/support/limits.ts';
import { TlsRecords } from './tls-records.ts';

const { tlsRecordBurst, tlsRecordsPerSecond, tlsBytesPerRecord, tlsPieceRecords } =
  DEFAULT_TRANSPORT_LIMITS;
/** As long as a KeyUpdate. */
const SMALL = 22;
const SMALL_RECORD = SMALL + 5;

const record = (bodyBytes: number): Buffer =>
  Buffer.concat([
    Buffer.from([23, 3, 3, bodyBytes >> 8, bodyBytes & 255]),
    Buffer.alloc(bodyBytes),
  ]);
const small = (count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => record(SMALL)));

/** Piece by piece until all is taken or too much. @returns whether it was too much, and the pieces */
function takeAll(records: TlsRecords, bytes: Buffer, nowMs = 0) {
  const pieces: number[] = [];
  for (let at = 0; at < bytes.length; at += pieces.at(-1) as number) {
    const piece = records.pieceOf(bytes.subarray(at), nowMs);
    if (piece === undefined) return { isTooMuch: true, pieces };
    pieces.push(piece);
  }
  return { isTooMuch: false, pieces };
}

const fresh = (): TlsRecords => new TlsRecords(DEFAULT_TRANSPORT_LIMITS, 0);
/** What the bytes of a burst add to it. */
const ADDED = Math.floor((tlsRecordBurst * SMALL_RECORD) / tlsBytesPerRecord);

describe('a piece', () => {
  it.each([
    [tlsPieceRecords - 1, [(tlsPieceRecords - 1) * SMALL_RECORD]],
    [tlsPieceRecords, [tlsPieceRecords * SMALL_RECORD]],
    [tlsPieceRecords + 1, [tlsPieceRecords * SMALL_RECORD, SMALL_RECORD]],
  ])('of %d small records: %j', (count, pieces) => {
    expect(takeAll(fresh(), small(count)).pieces).toEqual(pieces);
  });

  it('is a whole read of large records', () => {
    const read = Buffer.concat([record(16_384), record(16_384), record(16_384)]);
    expect(takeAll(fresh(), read).pieces).toEqual([read.length]);
  });
});

describe('the budget of records', () => {
  it.each([
    [tlsRecordBurst - 1, false],
    [tlsRecordBurst, false],
    [tlsRecordBurst + ADDED + 1, true],
  ])('%d at once are too many: %j', (count, isTooMuch) => {
    expect(takeAll(fresh(), small(count)).isTooMuch).toBe(isTooMuch);
  });

  it('is filled by time', () => {
    const records = fresh();
    takeAll(records, small(tlsRecordBurst));
    expect(takeAll(records, small(tlsRecordsPerSecond), 1_000).isTooMuch).toBe(false);
    expect(takeAll(records, small(2 * ADDED), 1_000).isTooMuch).toBe(true);
  });

  it('is never more than a burst', () => {
    const records = fresh();
    expect(takeAll(records, small(tlsRecordBurst + ADDED + 1), 3_600_000).isTooMuch).toBe(true);
  });

  it('is not touched by any amount of data in records of its share', () => {
    const records = fresh();
    const read = Buffer.concat(Array.from({ length: 8 }, () => record(tlsBytesPerRecord)));
    for (let i = 0; i < 2_000; i += 1) expect(takeAll(records, read).isTooMuch).toBe(false);
  });

  it('counts the same however the bytes are cut', () => {
    const bytes = small(tlsRecordBurst + ADDED + 2);
    for (const cut of [1, 3, 4, 5, 26, 28]) {
      const records = fresh();
      let isTooMuch = false;
      let at = 0;
      for (; at < bytes.length && !isTooMuch; at += cut) {
        isTooMuch = takeAll(records, bytes.subarray(at, at + cut)).isTooMuch;
      }
      expect([cut, isTooMuch]).toEqual([cut, true]);
      expect(at).toBeGreaterThan(tlsRecordBurst * SMALL_RECORD);
    }
  });

  it('takes empty records for records', () => {
    const empty = Buffer.concat(Array.from({ length: tlsRecordBurst + 10 }, () => record(0)));
    expect(takeAll(fresh(), empty).isTooMuch).toBe(true);
  });
});
