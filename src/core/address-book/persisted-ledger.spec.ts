import { BookScene, publicAddress } from '../../../test/support/book-samples.ts';

describe('the store', () => {
  it('takes so many verified peers of one group, and those of others beside them', () => {
    const scene = new BookScene({ persistedPerGroupMax: 2 });
    for (let i = 0; i < 5; i += 1) scene.establish(publicAddress(i, 1));
    scene.establish(publicAddress(9, 2));
    expect([scene.book.verifiedCount, scene.book.persistedCount]).toEqual([6, 3]);
  });

  it('takes a newcomer of a full group for one that has failed', () => {
    const scene = new BookScene({ persistedPerGroupMax: 1 });
    const [first, second] = [publicAddress(1, 1), publicAddress(2, 1)];
    scene.establish(first);
    scene.heard(second);
    expect(scene.met(second)).toEqual(['verified']);
    scene.failed(first);
    expect(scene.met(second)).toEqual(['forget', 'save']);
    expect(scene.book.get(first.key)).toMatchObject({ isPersisted: false, isVerified: true });
    expect(scene.book.persistedCount).toBe(1);
  });

  it('is bounded as a whole, and has room again when a peer is forgotten', () => {
    const scene = new BookScene({ persistedEntriesMax: 3 });
    for (let i = 0; i < 5; i += 1) scene.establish(publicAddress(i, i));
    expect(scene.book.persistedCount).toBe(3);
    scene.kinds({ kind: 'forgotten-by-operator', key: publicAddress(0, 0).key });
    expect(scene.met(publicAddress(4, 4))).toEqual(['save']);
    expect(scene.book.persistedCount).toBe(3);
  });

  it('has room for a peer met by our own choice when strangers that called have filled it', () => {
    const scene = new BookScene({ persistedEntriesMax: 20 });
    for (let i = 0; i < 40; i += 1) {
      const caller = publicAddress(i, 100 + i);
      scene.heard(caller);
      scene.met(caller, { promotes: false, staysOpen: false });
    }
    const callers = scene.book.persistedCount;
    const chosen = publicAddress(1, 1);
    scene.heard(chosen);
    expect(scene.met(chosen)).toEqual(['forget', 'save', 'verified']);
    expect([callers, scene.book.persistedCount]).toEqual([20, 20]);
    expect(scene.book.get(chosen.key)).toMatchObject({ isPersisted: true, isTried: true });
    // Another caller displaces nobody.
    const late = publicAddress(2, 2);
    scene.heard(late);
    expect(scene.met(late, { promotes: false, staysOpen: false })).toEqual(['verified']);
  });

  it('has room again in a group when one of it is forgotten, and no more than that', () => {
    const scene = new BookScene({ persistedPerGroupMax: 2 });
    for (let i = 0; i < 4; i += 1) scene.establish(publicAddress(i, 1));
    scene.kinds({ kind: 'forgotten-by-operator', key: publicAddress(0, 1).key });
    expect(scene.met(publicAddress(2, 1))).toEqual(['save']);
    expect(scene.met(publicAddress(3, 1))).toEqual([]);
    expect(scene.book.persistedCount).toBe(2);
  });

  it('loses the key of a peer for which no table has room', () => {
    const full = { newBuckets: 1, triedBuckets: 1, bucketEntries: 1, unplacedEntriesMax: 0 };
    const scene = new BookScene(full);
    const [holder, newcomer] = [publicAddress(1, 1), publicAddress(2, 2)];
    scene.establish(holder);
    for (let i = 0; i < 3; i += 1) scene.operator(publicAddress(i, 9));
    scene.operator(newcomer);
    scene.met(newcomer);
    expect(scene.failed(holder)).toEqual(['forget', 'save']);
    expect(scene.book.get(holder.key)).toBeUndefined();
    expect(scene.book.persistedCount).toBe(1);
  });

  it('holds all of a zone of 256', () => {
    const scene = new BookScene();
    for (let i = 0; i < 256; i += 1) scene.establish(publicAddress(i, 1));
    expect(scene.book.persistedCount).toBe(256);
  });
});
