import fc from 'fast-check';
import { millis, unixMillis, type NodeId } from '../support/brand.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { peerAddressOfIp, type PeerAddress } from '../support/peer-address.ts';
import { SeededRandom } from '../support/random-source.ts';
import { AddressBook } from './address-book.ts';
import type { AddressChange } from './address-change.ts';
import { isListed } from './address-entry.ts';

const NODE = 'aa'.repeat(20) as NodeId;
const address = (i: number): PeerAddress => peerAddressOfIp(Uint8Array.of(10, 0, i >> 8, i), 7071);
const A = address(1);

const bookOf = (limits: Partial<typeof DEFAULT_LIMITS> = {}): AddressBook =>
  new AddressBook({ ...DEFAULT_LIMITS, ...limits }, new SeededRandom(1), ({ host }) => host);
const heard = (of: PeerAddress, isOperator = false): AddressChange => ({
  kind: 'heard',
  address: of,
  source: 'exchange',
  sourceGroup: '10.0.0',
  isOperator,
});
const succeeded = (of: PeerAddress, nodeId = NODE): AddressChange => ({
  kind: 'handshake-succeeded',
  key: of.key,
  nodeId,
  at: unixMillis(1_000),
  staysOpen: true,
});
const failed = (of: PeerAddress): AddressChange => ({
  kind: 'failed',
  key: of.key,
  reason: 'connection-refused',
});
const kinds = (outcomes: readonly { kind: string }[]): string[] => outcomes.map(({ kind }) => kind);

describe('trust', () => {
  it('does not come from being heard of, however often', () => {
    const book = bookOf();
    for (let i = 0; i < 3; i += 1) expect(book.apply(heard(A), millis(i))).toEqual([]);
    expect([book.newCount, book.triedCount, book.persistedCount]).toEqual([1, 0, 0]);
  });

  it('comes from our own handshake: saved and verified', () => {
    const book = bookOf();
    book.apply(heard(A), millis(0));
    expect(kinds(book.apply(succeeded(A), millis(1)))).toEqual(['save', 'verified']);
    expect([book.newCount, book.triedCount, book.persistedCount]).toEqual([0, 1, 1]);
    expect(book.addressOf(NODE)?.address.key).toBe(A.key);
  });

  it('is saved again, not verified again, at the next handshake', () => {
    const book = bookOf();
    book.apply(heard(A), millis(0));
    book.apply(succeeded(A), millis(1));
    expect(kinds(book.apply(succeeded(A), millis(2)))).toEqual(['save']);
    expect(book.persistedCount).toBe(1);
  });

  it('has no room in a full table: the newcomer is refused and not stored', () => {
    const book = bookOf({ triedEntriesMax: 1 });
    for (const i of [1, 2]) book.apply(heard(address(i)), millis(0));
    book.apply(succeeded(address(1)), millis(1));
    expect(book.apply(succeeded(address(2)), millis(1))).toEqual([
      { kind: 'refused', address: address(2), reason: 'table-full' },
    ]);
    expect(book.persistedCount).toBe(1);
  });
});

describe('a failure', () => {
  it('removes the key of a peer that was never proven, and keeps its entry', () => {
    const book = bookOf();
    book.apply(heard(A), millis(0));
    book.apply(succeeded(A), millis(1));
    expect(kinds(book.apply(failed(A), millis(2)))).toEqual(['forget']);
    expect(book.persistedCount).toBe(0);
    expect(book.get(A.key)).toMatchObject({ state: 'backoff', failures: 1, isVerified: true });
  });

  it('removes the key of a proven peer only after three over ten minutes', () => {
    const book = bookOf();
    book.apply(heard(A), millis(0));
    book.apply(succeeded(A), millis(1));
    book.apply({ kind: 'proven', key: A.key, at: unixMillis(31_000) }, millis(30_001));
    expect(kinds(book.apply(failed(A), millis(100_000)))).toEqual([]);
    expect(kinds(book.apply(failed(A), millis(200_000)))).toEqual([]);
    expect(kinds(book.apply(failed(A), millis(699_999)))).toEqual([]);
    expect(kinds(book.apply(failed(A), millis(700_000)))).toEqual(['forget']);
  });

  it('is not counted while it is held, and the next dial waits all the same', () => {
    const book = bookOf();
    book.apply(heard(A), millis(0));
    book.apply(succeeded(A), millis(1));
    const held = { kind: 'failure-held', key: A.key, reason: 'host-unreachable' } as const;
    expect(book.apply(held, millis(2))).toEqual([]);
    expect(book.get(A.key)).toMatchObject({ state: 'backoff', failures: 0, isPersisted: true });
    expect(book.get(A.key)?.nextDialAt).toBeGreaterThan(2);
  });

  it('for the eighth time ends what gossip named, but never what the operator wrote', () => {
    const book = bookOf();
    book.apply(heard(address(1)), millis(0));
    book.apply(heard(address(2), true), millis(0));
    for (let i = 0; i < 8; i += 1) {
      book.apply(failed(address(1)), millis(i));
      book.apply(failed(address(2)), millis(i));
    }
    expect(book.get(address(1).key)).toBeUndefined();
    expect(book.get(address(2).key)).toBeDefined();
  });
});

describe('an address that belongs elsewhere', () => {
  it.each([
    ['genesis-mismatch', DEFAULT_LIMITS.incompatibleMs],
    ['protocol-version-mismatch', DEFAULT_LIMITS.incompatibleVersionMs],
  ] as const)('by %s rests, is not listed and loses its key', (reason, pauseMs) => {
    const book = bookOf();
    book.apply(heard(A), millis(0));
    book.apply(succeeded(A), millis(1));
    const outcomes = book.apply({ kind: 'incompatible', key: A.key, reason }, millis(2));
    expect(kinds(outcomes)).toEqual(['forget']);
    const entry = book.get(A.key);
    expect(entry?.nextDialAt).toBe(2 + pauseMs);
    expect(entry && isListed(entry)).toBe(false);
  });

  it('because it is our own is neither listed nor stored, and counted as self', () => {
    const book = bookOf();
    book.apply(heard(A), millis(0));
    expect(book.apply({ kind: 'found-self', key: A.key }, millis(1))).toEqual([]);
    expect(book.selfCount).toBe(1);
    expect(book.get(A.key)?.state).toBe('self');
  });
});

it('a put-off keeps the record clean and waits as told', () => {
  const book = bookOf();
  book.apply(heard(A), millis(0));
  book.apply(
    { kind: 'put-off', key: A.key, reason: 'too-many-peers', retryAfterMs: 60_000 },
    millis(1),
  );
  expect(book.get(A.key)).toMatchObject({ state: 'heard', failures: 0, nextDialAt: 60_001 });
});

it('a peer that says goodbye is not listed until it answers again', () => {
  const book = bookOf();
  book.apply(heard(A), millis(0));
  book.apply(succeeded(A), millis(1));
  book.apply({ kind: 'connection-ended', key: A.key, reason: 'shutting-down' }, millis(2));
  const listed = () => isListed(book.get(A.key) as NonNullable<ReturnType<typeof book.get>>);
  expect(listed()).toBe(false);
  expect(book.persistedCount).toBe(1);
  expect(kinds(book.apply(succeeded(A), millis(3)))).toEqual(['save', 'verified']);
  expect(listed()).toBe(true);
});

describe('stored peers', () => {
  const stored = (i: number): AddressChange => ({ kind: 'loaded', peer: { address: address(i) } });

  it('are verified at once, and waited for until each has been tried', () => {
    const book = bookOf();
    book.apply(stored(1), millis(0));
    book.apply(stored(2), millis(0));
    expect([book.triedCount, book.persistedCount]).toEqual([2, 2]);
    book.apply({ kind: 'dial-started', key: address(1).key }, millis(1));
    book.apply(failed(address(1)), millis(2));
    expect(book.hasUntriedStored).toBe(true);
    book.apply(failed(address(2)), millis(2));
    expect(book.hasUntriedStored).toBe(false);
  });

  it('are not more than the table holds, and one address counts once', () => {
    const book = bookOf({ triedEntriesMax: 3 });
    for (const i of [1, 1, 2, 3, 4, 5]) book.apply(stored(i), millis(0));
    expect([book.triedCount, book.persistedCount]).toEqual([3, 3]);
  });
});

describe('bounds', () => {
  it('an address under ever new node ids is remembered for the last one only', () => {
    const book = bookOf();
    book.apply(heard(A), millis(0));
    const ids = Array.from({ length: 100 }, (_, i) => `node-${i}` as NodeId);
    for (const nodeId of ids) book.apply(succeeded(A, nodeId), millis(1));
    expect(ids.filter((nodeId) => book.addressOf(nodeId) !== undefined)).toEqual(['node-99']);
  });

  it('a full new table refuses, unless something in it has failed', () => {
    const book = bookOf({ newEntriesMax: 4 });
    for (let i = 0; i < 4; i += 1) book.apply(heard(address(i)), millis(0));
    expect(kinds(book.apply(heard(address(9)), millis(1)))).toEqual(['refused']);
    for (let i = 0; i < 4; i += 1) book.apply(failed(address(i)), millis(2));
    expect(book.apply(heard(address(9)), millis(3))).toEqual([]);
    expect(book.newCount).toBe(4);
  });

  it('hold, and the number of persisted peers is right, after any changes', () => {
    const kind = fc.constantFrom('heard', 'succeeded', 'failed', 'incompatible', 'self', 'loaded');
    fc.assert(
      fc.property(fc.array(fc.tuple(kind, fc.nat(30)), { maxLength: 200 }), (steps) => {
        const book = bookOf({ newEntriesMax: 8, triedEntriesMax: 6 });
        const stored = new Set<string>();
        for (const [index, [step, i]] of steps.entries()) {
          const { key } = address(i);
          const change: AddressChange = {
            heard: heard(address(i)),
            succeeded: succeeded(address(i), `node-${i}` as NodeId),
            failed: failed(address(i)),
            incompatible: {
              kind: 'incompatible' as const,
              key,
              reason: 'genesis-mismatch' as const,
            },
            self: { kind: 'found-self' as const, key },
            loaded: { kind: 'loaded' as const, peer: { address: address(i) } },
          }[step];
          const wasStored = book.get(key)?.isPersisted === true;
          const outcomes = book.apply(change, millis(index));
          if (step === 'loaded' && !wasStored && book.get(key)?.isPersisted === true)
            stored.add(key);
          for (const outcome of outcomes) {
            if (outcome.kind === 'save') stored.add(outcome.address.key);
            if (outcome.kind === 'forget') stored.delete(outcome.address.key);
          }
          expect(book.newCount).toBeLessThanOrEqual(8);
          expect(book.triedCount).toBeLessThanOrEqual(6);
          expect(book.persistedCount).toBe(stored.size);
        }
      }),
    );
  });
});
