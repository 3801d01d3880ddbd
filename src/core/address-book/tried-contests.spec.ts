import { BookScene, publicAddress } from '../../../test/support/book-samples.ts';
import type { AddressChange } from './address-change.ts';

const HOLDER = publicAddress(1, 1);
const NEWCOMER = publicAddress(2, 2);
const ONE_SLOT = { triedBuckets: 1, bucketEntries: 1 };

/** A holder at rest, and a newcomer that this node has met on a dial of its own choice. */
function contested(limits = {}): BookScene {
  const scene = new BookScene({ ...ONE_SLOT, newBuckets: 4_096, ...limits });
  scene.establish(HOLDER);
  scene.heard(NEWCOMER);
  scene.met(NEWCOMER, { staysOpen: false });
  return scene;
}
const isTried = ({ book }: BookScene): (boolean | undefined)[] =>
  [HOLDER, NEWCOMER].map(({ key }) => book.get(key)?.isTried);

describe('the holder of a slot in `tried`', () => {
  it('stays, waits for its test, and the newcomer is verified in `new`', () => {
    const scene = contested();
    expect(isTried(scene)).toEqual([true, false]);
    expect(scene.book.verifiedCount).toBe(2);
    expect(scene.book.nextToTest()?.address.key).toBe(HOLDER.key);
    expect(scene.book.contestedCount).toBe(1);
  });

  it('that answers, if only to say that it is full, stays', () => {
    const scene = contested();
    const answer = { kind: 'put-off', key: HOLDER.key, reason: 'too-many-peers' } as const;
    scene.apply({ ...answer, retryAfterMs: 1 });
    expect(isTried(scene)).toEqual([true, false]);
    expect(scene.book.nextToTest()).toBeUndefined();
  });

  it('that is met again stays', () => {
    const scene = contested();
    scene.met(HOLDER, { staysOpen: false });
    expect(isTried(scene)).toEqual([true, false]);
    expect(scene.book.nextToTest()).toBeUndefined();
    expect(scene.failed(HOLDER)).toEqual([]);
    expect(isTried(scene)).toEqual([true, false]);
  });

  it('that fails goes back to `new`, still verified and stored, and the newcomer takes the slot', () => {
    const scene = contested();
    expect(scene.failed(HOLDER)).toEqual(['save', 'save']);
    expect(isTried(scene)).toEqual([false, true]);
    expect([scene.book.verifiedCount, scene.book.persistedCount]).toEqual([2, 2]);
    expect(scene.book.nextToTest()).toBeUndefined();
  });

  it('is not judged by a failure that is held back', () => {
    const scene = contested();
    scene.apply({ kind: 'failure-held', key: HOLDER.key, reason: 'host-unreachable' });
    expect(isTried(scene)).toEqual([true, false]);
    expect(scene.book.nextToTest()?.address.key).toBe(HOLDER.key);
  });

  it.each<AddressChange>([
    { kind: 'incompatible', key: HOLDER.key, reason: 'genesis-mismatch' },
    { kind: 'found-self', key: HOLDER.key },
    { kind: 'forgotten-by-operator', key: HOLDER.key },
  ])('gives way after $kind', (change) => {
    const scene = contested();
    scene.apply(change);
    expect(isTried(scene)[0]).not.toBe(true);
    expect(isTried(scene)[1]).toBe(true);
  });

  it('needs no test while it is connected, nor while it is being dialled', () => {
    const scene = contested();
    scene.apply({ kind: 'dial-started', key: HOLDER.key });
    expect(scene.book.nextToTest()).toBeUndefined();
    scene.met(HOLDER);
    scene.met(NEWCOMER, { staysOpen: false });
    expect([scene.book.contestedCount, ...isTried(scene)]).toEqual([0, true, false]);
  });

  it('that was lost gives way at once', () => {
    const scene = new BookScene({ ...ONE_SLOT, newBuckets: 4_096 });
    scene.establish(HOLDER);
    scene.lose(HOLDER);
    scene.heard(NEWCOMER);
    scene.met(NEWCOMER);
    expect(isTried(scene)).toEqual([false, true]);
    expect(scene.book.drawLost()?.address.key).toBe(HOLDER.key);
  });

  it('gives way at once when tests are switched off', () => {
    expect(isTried(contested({ isTestedBeforeEviction: false }))).toEqual([false, true]);
  });

  it('stays when the newcomer has failed in the meantime', () => {
    const scene = contested();
    scene.failed(NEWCOMER);
    scene.failed(HOLDER);
    expect(isTried(scene)).toEqual([true, false]);
  });
});

it('no more than so many contests wait', () => {
  const scene = new BookScene({ triedBuckets: 64, bucketEntries: 1, contestsMax: 5 });
  for (let i = 0; i < 400; i += 1) scene.establish(publicAddress(i, i));
  expect(scene.book.contestedCount).toBe(5);
  expect(scene.book.triedCount).toBeLessThanOrEqual(64);
});

describe('one address group', () => {
  it('holds no more of `tried` than a few times the mean, however many of it answer', () => {
    const scene = new BookScene();
    for (let i = 0; i < 100; i += 1) scene.establish(publicAddress(i, 100 + i));
    for (let i = 0; i < 200; i += 1) scene.establish(publicAddress(i, 1));
    const held = scene.book.triedEntries().filter(({ group }) => group === '20.1.0.0/16');
    expect(held).toHaveLength(8);
    expect(scene.book.verifiedCount).toBe(300);
  });

  it('that is alone is not held back', () => {
    const scene = new BookScene();
    for (let i = 0; i < 100; i += 1) scene.establish(publicAddress(i, 1));
    expect(scene.book.triedCount).toBeGreaterThan(70);
  });
});
