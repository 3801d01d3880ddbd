import { BookScene, nodeOf, publicAddress, START } from '../../../test/support/book-samples.ts';
import { unixMillis, type NodeId } from '../support/brand.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import type { AddressChange } from './address-change.ts';
import { isListed } from './address-entry.ts';

const A = publicAddress(1);
const B = publicAddress(2);
const NODE = nodeOf(A);

const listed = ({ book }: BookScene, of = A): boolean => {
  const entry = book.get(of.key);
  return entry !== undefined && isListed(entry);
};

describe('trust', () => {
  it('does not come from being heard of, however often', () => {
    const scene = new BookScene();
    for (let i = 0; i < 3; i += 1) expect(scene.heard(A)).toEqual([]);
    const { newCount, triedCount, persistedCount, verifiedCount } = scene.book;
    expect([newCount, triedCount, persistedCount, verifiedCount]).toEqual([1, 0, 0, 0]);
  });

  it('comes from our own handshake: saved, verified, and in `tried` when we chose the dial', () => {
    const scene = new BookScene();
    scene.heard(A);
    expect(scene.met(A)).toEqual(['save', 'verified']);
    const { newCount, triedCount, persistedCount, verifiedCount } = scene.book;
    expect([newCount, triedCount, persistedCount, verifiedCount]).toEqual([0, 1, 1, 1]);
    expect(scene.book.addressOf(NODE)?.address.key).toBe(A.key);
  });

  it('of a peer that had its claim verified is stored and listed, and stays in `new`', () => {
    const scene = new BookScene();
    scene.heard(A);
    expect(scene.met(A, { promotes: false, staysOpen: false })).toEqual(['save', 'verified']);
    const { newCount, triedCount, persistedCount, verifiedCount } = scene.book;
    expect([newCount, triedCount, persistedCount, verifiedCount]).toEqual([1, 0, 1, 1]);
    expect(listed(scene)).toBe(true);
    expect(scene.book.get(A.key)).toMatchObject({ isTried: false, state: 'known' });
    scene.met(A);
    expect([scene.book.newCount, scene.book.triedCount]).toEqual([0, 1]);
  });

  it('is saved again, not verified again, at the next handshake', () => {
    const scene = new BookScene();
    scene.heard(A);
    scene.met(A);
    expect(scene.met(A)).toEqual(['save']);
    expect(scene.book.persistedCount).toBe(1);
  });

  it('of a discouraged or banned address is not listed', () => {
    const scene = new BookScene();
    scene.heard(A);
    scene.met(A);
    scene.kinds({ kind: 'discouraged', key: A.key, reason: 'rate-limited' });
    expect(listed(scene)).toBe(false);
    scene.met(A);
    expect(listed(scene)).toBe(true);
    scene.kinds({ kind: 'banned', key: A.key, until: unixMillis(START + 60_000) });
    scene.met(A);
    expect(listed(scene)).toBe(false);
    scene.kinds({ kind: 'unbanned', key: A.key });
    expect(listed(scene)).toBe(true);
  });
});

describe('a failure', () => {
  it('removes the key of a peer that was never proven, and keeps its entry', () => {
    const scene = new BookScene();
    scene.heard(A);
    scene.met(A);
    expect(scene.failed(A)).toEqual(['forget']);
    expect(scene.book.persistedCount).toBe(0);
    expect(scene.book.get(A.key)).toMatchObject({
      state: 'backoff',
      failures: 1,
      isVerified: true,
    });
  });

  it('removes the key of a proven peer only after three over ten minutes; the record stays', () => {
    const scene = new BookScene();
    scene.establish(A);
    scene.now = 100_000;
    expect(scene.failed(A)).toEqual([]);
    scene.now = 200_000;
    expect(scene.failed(A)).toEqual([]);
    scene.now = 699_999;
    expect(scene.failed(A)).toEqual([]);
    expect(scene.book.get(A.key)?.state).toBe('backoff');
    scene.now = 700_000;
    expect(scene.failed(A)).toEqual(['forget']);
    expect(scene.book.get(A.key)).toMatchObject({ state: 'quarantined', isPersisted: false });
    scene.now = 900_000;
    expect(scene.failed(A)).toEqual([]);
    expect(scene.met(A)).toEqual(['save', 'verified']);
  });

  it('is not counted while it is held, and the next dial waits all the same', () => {
    const scene = new BookScene();
    scene.heard(A);
    scene.met(A);
    const held = { kind: 'failure-held', key: A.key, reason: 'host-unreachable' } as const;
    expect(scene.kinds(held)).toEqual([]);
    expect(scene.book.get(A.key)).toMatchObject({
      state: 'backoff',
      failures: 0,
      isPersisted: true,
    });
    expect(scene.book.get(A.key)?.nextDialAt).toBeGreaterThan(0);
  });

  it('for the eighth time ends what gossip named, but never what the operator wrote', () => {
    const scene = new BookScene();
    scene.heard(A);
    scene.operator(B);
    for (let i = 0; i < 7; i += 1) scene.failed(A);
    expect(scene.book.get(A.key)).toBeDefined();
    for (let i = 0; i < 20; i += 1) [A, B].map((of) => scene.failed(of));
    expect(scene.book.get(A.key)).toBeUndefined();
    expect(scene.book.get(B.key)).toBeDefined();
  });

  it('for the sixteenth time ends what answered and never stayed; what was proven is kept', () => {
    const scene = new BookScene();
    scene.heard(A);
    scene.met(A);
    scene.establish(B);
    for (let i = 0; i < 15; i += 1) scene.failed(A);
    expect(scene.book.get(A.key)).toBeDefined();
    scene.failed(A);
    expect(scene.book.get(A.key)).toBeUndefined();
    for (let i = 0; i < 100; i += 1, scene.now += 60_000) scene.failed(B);
    expect(scene.book.get(B.key)?.state).toBe('quarantined');
  });
});

describe('an address that belongs elsewhere', () => {
  it.each([
    ['genesis-mismatch', DEFAULT_LIMITS.incompatibleMs],
    ['protocol-version-mismatch', DEFAULT_LIMITS.incompatibleVersionMs],
  ] as const)('by %s rests, is not listed and loses its key', (reason, pauseMs) => {
    const scene = new BookScene();
    scene.heard(A);
    scene.met(A);
    expect(scene.kinds({ kind: 'incompatible', key: A.key, reason })).toEqual(['forget']);
    expect(scene.book.get(A.key)?.nextDialAt).toBe(pauseMs);
    expect(listed(scene)).toBe(false);
  });

  it('because it is our own is neither listed nor stored, and counted as self', () => {
    const scene = new BookScene();
    scene.heard(A);
    expect(scene.kinds({ kind: 'found-self', key: A.key })).toEqual([]);
    expect(scene.book.selfCount).toBe(1);
    expect(scene.book.get(A.key)?.state).toBe('self');
  });
});

it('a put-off keeps the record clean and waits as told', () => {
  const scene = new BookScene();
  scene.heard(A);
  const change = { kind: 'put-off', key: A.key, reason: 'too-many-peers' } as const;
  scene.apply({ ...change, retryAfterMs: 60_000 });
  expect(scene.book.get(A.key)).toMatchObject({ state: 'heard', failures: 0, nextDialAt: 60_000 });
});

it('a peer that says goodbye is not listed until it answers again', () => {
  const scene = new BookScene();
  scene.heard(A);
  scene.met(A);
  scene.ended(A, 'shutting-down');
  expect(listed(scene)).toBe(false);
  expect(scene.book.persistedCount).toBe(1);
  expect(scene.met(A)).toEqual(['save', 'verified']);
  expect(listed(scene)).toBe(true);
});

it('what the operator removes is gone, with its key', () => {
  const scene = new BookScene();
  scene.operator(A);
  scene.met(A);
  expect(scene.kinds({ kind: 'forgotten-by-operator', key: A.key })).toEqual(['forget']);
  expect([scene.book.get(A.key), scene.book.addressOf(NODE)]).toEqual([undefined, undefined]);
  expect(scene.book.persistedCount).toBe(0);
});

describe('stored peers', () => {
  const stored = (i: number, group = i): AddressChange => ({
    kind: 'loaded',
    peer: { address: publicAddress(i, group) },
  });

  it('are verified at once, and waited for until each has been tried', () => {
    const scene = new BookScene();
    for (const i of [1, 2]) scene.apply(stored(i));
    const [one, two] = [publicAddress(1, 1), publicAddress(2, 2)];
    expect([scene.book.triedCount, scene.book.persistedCount]).toEqual([2, 2]);
    scene.apply({ kind: 'dial-started', key: one.key });
    scene.failed(one);
    expect(scene.book.hasUntriedStored).toBe(true);
    scene.failed(two);
    expect(scene.book.hasUntriedStored).toBe(false);
  });

  it('whose slot in `tried` is taken stay verified in `new`: none is lost', () => {
    const scene = new BookScene({ triedBuckets: 1, bucketEntries: 2, newBuckets: 1 });
    for (const i of [1, 1, 2, 3, 4, 5]) scene.apply(stored(i));
    const { book } = scene;
    expect(book.triedCount).toBeLessThanOrEqual(2);
    expect([book.verifiedCount, book.persistedCount]).toEqual([5, 5]);
    expect(book.newCount + book.triedCount).toBe(5);
  });

  it('are not more than the store may hold', () => {
    const scene = new BookScene({ persistedEntriesMax: 3 });
    for (const i of [1, 2, 3, 4, 5]) scene.apply(stored(i));
    expect([scene.book.verifiedCount, scene.book.persistedCount]).toEqual([3, 3]);
  });

  it('go where their record says, and are proven if it says so', () => {
    const scene = new BookScene();
    const record = {
      nodeId: NODE,
      firstSuccessAt: unixMillis(START - 90_000),
      lastSuccessAt: unixMillis(START),
      failures: 0,
    };
    scene.apply({ kind: 'loaded', peer: { address: A, record } });
    scene.apply({
      kind: 'loaded',
      peer: { address: B, record: { ...record, isProven: false, isTried: false } },
    });
    expect(scene.book.get(A.key)).toMatchObject({ isTried: true, isProven: true });
    expect(scene.book.get(B.key)).toMatchObject({ isTried: false, isProven: false });
  });
});

it('an address under ever new node ids is remembered for the last one only', () => {
  const scene = new BookScene();
  scene.heard(A);
  const ids = Array.from({ length: 100 }, (_, i) => `node-${i}` as NodeId);
  for (const nodeId of ids) scene.met(A, { nodeId });
  expect(ids.filter((nodeId) => scene.book.addressOf(nodeId) !== undefined)).toEqual(['node-99']);
});
