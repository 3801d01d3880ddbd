import { BookScene, publicAddress } from '../../../test/support/book-samples.ts';
import type { PeerAddress } from '../support/peer-address.ts';

const DAY_MS = 86_400_000;

/** Peers `first` … `last`, each of its own group, proven one after another. */
function establish(scene: BookScene, first: number, last: number): void {
  for (let i = first; i <= last; i += 1) scene.establish(publicAddress(i, i));
}
const eldersOf = (scene: BookScene): string[] =>
  scene.book.elders(scene.at).map(({ address }) => address.key);
const keys = (...addresses: PeerAddress[]): string[] => addresses.map(({ key }) => key);

describe('elders', () => {
  it('are the longest known of the proven, oldest first, and no more than 32', () => {
    const scene = new BookScene();
    expect(eldersOf(scene)).toEqual([]);
    scene.heard(publicAddress(99, 99));
    scene.met(publicAddress(99, 99));
    establish(scene, 1, 40);
    scene.now += 60_000;
    expect(eldersOf(scene)).toEqual(
      Array.from({ length: 32 }, (_, i) => publicAddress(i + 1, i + 1).key),
    );
  });

  it('are two of one group at most, however early all of it was known', () => {
    const scene = new BookScene();
    for (let i = 0; i < 50; i += 1) scene.establish(publicAddress(i, 1));
    establish(scene, 2, 6);
    scene.now += 60_000;
    const elders = scene.book.elders(scene.at);
    expect(elders).toHaveLength(7);
    expect(elders.filter(({ group }) => group === '20.1.0.0/16')).toHaveLength(2);
  });

  it('were met again within a day', () => {
    const scene = new BookScene();
    establish(scene, 1, 2);
    scene.now = DAY_MS;
    scene.met(publicAddress(2, 2), { staysOpen: false });
    scene.now += 60_000;
    expect(eldersOf(scene)).toEqual(keys(publicAddress(2, 2)));
  });

  it('stay such while they are connected, even for weeks', () => {
    const scene = new BookScene();
    establish(scene, 1, 1);
    scene.met(publicAddress(1, 1));
    scene.now += 14 * DAY_MS;
    expect(eldersOf(scene)).toEqual(keys(publicAddress(1, 1)));
  });

  it.each<[string, (scene: BookScene, of: PeerAddress) => void]>([
    ['has failed', (scene, of) => scene.failed(of)],
    ['was banned', (scene, { key }) => scene.apply({ kind: 'banned', key, until: scene.at })],
    ['was removed', (scene, { key }) => scene.apply({ kind: 'forgotten-by-operator', key })],
  ])('that one %s is none is known at once', (_, harm) => {
    const scene = new BookScene();
    establish(scene, 1, 3);
    scene.now += 60_000;
    expect(eldersOf(scene)).toHaveLength(3);
    harm(scene, publicAddress(2, 2));
    expect(eldersOf(scene)).toEqual(keys(publicAddress(1, 1), publicAddress(3, 3)));
    scene.now += 60_000;
    expect(eldersOf(scene)).toEqual(keys(publicAddress(1, 1), publicAddress(3, 3)));
  });

  it('are looked for anew once in five seconds of change at most', () => {
    const scene = new BookScene();
    establish(scene, 1, 1);
    scene.now += 60_000;
    const before = scene.book.elders(scene.at);
    scene.heard(publicAddress(2, 2));
    scene.met(publicAddress(2, 2));
    scene.apply({ kind: 'proven', key: publicAddress(2, 2).key, at: scene.at });
    scene.now += 1_000;
    expect(scene.book.elders(scene.at)).toBe(before);
    scene.now += 5_000;
    expect(scene.book.elders(scene.at)).toHaveLength(2);
  });

  it('that are connected bear the name, and lose it when they are no longer among the oldest', () => {
    const scene = new BookScene({ eldersMax: 1 });
    const [old, young] = [publicAddress(1, 1), publicAddress(2, 2)];
    for (const address of [old, young]) scene.heard(address);
    scene.met(old, { staysOpen: false });
    scene.now += 1_000;
    scene.met(young);
    scene.now += 60_000;
    scene.proven(young);
    expect(scene.book.get(young.key)?.state).toBe('elder');
    scene.met(old);
    scene.now += 30_000;
    scene.proven(old);
    expect(scene.book.get(old.key)?.state).toBe('elder');
    expect(scene.book.get(young.key)?.state).toBe('proven');
    scene.now += 60_000;
    scene.failed(old);
    scene.now += 60_000;
    scene.apply({ kind: 'elders-reviewed', at: scene.at });
    expect(scene.book.get(young.key)?.state).toBe('elder');
  });
});

describe('a lost peer', () => {
  it('is one that was proven and has failed since; others are not drawn', () => {
    const scene = new BookScene();
    expect(scene.book.drawLost()).toBeUndefined();
    establish(scene, 1, 3);
    scene.heard(publicAddress(4, 4));
    scene.failed(publicAddress(4, 4));
    expect(scene.book.drawLost()).toBeUndefined();
    scene.failed(publicAddress(2, 2));
    expect(scene.book.drawLost()?.address.key).toBe(publicAddress(2, 2).key);
    scene.lose(publicAddress(2, 2));
    expect(scene.book.get(publicAddress(2, 2).key)?.state).toBe('quarantined');
    expect(scene.book.drawLost()?.address.key).toBe(publicAddress(2, 2).key);
    scene.met(publicAddress(2, 2));
    expect(scene.book.drawLost()).toBeUndefined();
  });
});
