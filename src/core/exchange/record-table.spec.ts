import { signedRecord } from '../../../test/support/signed-records.ts';
import { millis, unixMillis, type NodeId } from '../support/brand.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { readRecord, type PeerRecord } from '../wire/peer-record.ts';
import { RecordTable, type KnownRecord } from './record-table.ts';

const WALL = 1_700_000_000_000;
const node = (i: number): NodeId => i.toString(16).padStart(40, '0') as NodeId;

function known(i: number, changes: Partial<PeerRecord> = {}): KnownRecord {
  const signed = signedRecord({
    sequence: BigInt(WALL),
    addresses: [`198.51.100.7:${i + 1}`],
    ...changes,
  });
  return { nodeId: node(i), signed, record: readRecord(signed) as PeerRecord };
}

describe('the table of signed records', () => {
  const limits = { ...DEFAULT_LIMITS, recordsMax: 3 };
  let table: RecordTable;
  const refusal = (record: KnownRecord, now = 0, wallNow = WALL): string | undefined =>
    table.refusalOf(record.nodeId, record.record, {
      now: millis(now),
      wallNow: unixMillis(wallNow),
    });

  beforeEach(() => {
    table = new RecordTable(limits);
    table.put(known(1), millis(0));
  });

  it('wants what it has not, and nothing twice', () => {
    expect(refusal(known(2))).toBeUndefined();
    expect(refusal(known(1))).toBe('known');
    expect(refusal(known(1, { sequence: BigInt(WALL - 1) }), 1e9)).toBe('known');
  });

  it('wants a newer one after a minute, and at once when it names another address', () => {
    const newer = known(1, { sequence: BigInt(WALL + 1) });
    const { recordIntervalMinMs } = limits;
    expect(refusal(newer, recordIntervalMinMs - 1)).toBe('too-soon');
    expect(refusal(newer, recordIntervalMinMs)).toBeUndefined();
    const moved = known(1, { sequence: BigInt(WALL + 1), addresses: ['198.51.100.8:2'] });
    expect(refusal(moved, 1)).toBeUndefined();
  });

  it.each([
    ['as far ahead as clocks may be', limits.recordAheadMaxMs, undefined],
    ['further ahead', limits.recordAheadMaxMs + 1, 'too-far-ahead'],
    ['as old as they may be', -limits.recordAgeMaxMs, undefined],
    ['older', -limits.recordAgeMaxMs - 1, 'too-old'],
  ])('holds a record %s against its own clock', (_name, offset, expected) => {
    expect(refusal(known(2, { sequence: BigInt(WALL + offset) }))).toBe(expected);
  });

  it('keeps the newer one of a node, whichever comes last', () => {
    const newer = known(2, { sequence: BigInt(WALL + 5) });
    table.put(newer, millis(1));
    table.put(known(2), millis(2));
    expect(table.get(node(2))?.record.sequence).toBe(newer.record.sequence);
  });

  it('survives the largest sequence and a clock before 1970', () => {
    expect(refusal(known(2, { sequence: 0xffff_ffff_ffff_ffffn }))).toBe('too-far-ahead');
    expect(refusal(known(2, { sequence: 0n }), 0, 5)).toBeUndefined();
  });

  it('holds its maximum, and lets go of what it has held for longest', () => {
    for (const i of [2, 3]) table.put(known(i), millis(i));
    table.put(known(1, { sequence: BigInt(WALL + 1) }), millis(4));
    expect(table.size).toBe(3);
    table.put(known(4), millis(5));
    expect(table.size).toBe(3);
    expect(table.get(node(2))).toBeUndefined();
    expect(table.get(node(1))).toBeDefined();
  });

  it('gives the records of the nodes that are at these addresses, within the bytes allowed', () => {
    table.put(known(2), millis(1));
    const at = (key: string): NodeId => node(Number(key.split(':')[1]) - 1);
    const addresses = ['198.51.100.7:2', '198.51.100.7:3', '198.51.100.7:9'];
    const mayTell = (): boolean => true;
    const both = table.signedFor(addresses, at, { mayTell, bytesMax: 10_000 });
    expect(both).toEqual([table.get(node(1))?.signed, table.get(node(2))?.signed]);
    const size = (both[0]?.record.length ?? 0) + 64 + 9;
    expect(table.signedFor(addresses, at, { mayTell, bytesMax: 2 * size })).toHaveLength(2);
    expect(table.signedFor(addresses, at, { mayTell, bytesMax: 2 * size - 1 })).toHaveLength(1);
    expect(
      table.signedFor(['198.51.100.7:5'], () => node(1), { mayTell, bytesMax: 10_000 }),
    ).toEqual([]);
  });
});
