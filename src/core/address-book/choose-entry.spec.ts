import { BookScene, publicAddress } from '../../../test/support/book-samples.ts';
import { millis } from '../support/brand.ts';
import type { AddressEntry } from './address-entry.ts';

const everything = (): boolean => true;

function choose(
  scene: BookScene,
  table: 'new' | 'tried' | 'either' = 'new',
  isEligible: (entry: AddressEntry) => boolean = everything,
): AddressEntry | undefined {
  return scene.book.choose({ table, isEligible, now: millis(scene.now) });
}

/** How often each group came up. */
function groupsOf(scene: BookScene, draws: number, table: 'new' | 'tried' = 'new') {
  const counts = new Map<string, number>();
  for (let i = 0; i < draws; i += 1) {
    const group = choose(scene, table)?.group ?? 'none';
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return counts;
}

/** Ten groups of which one has 300 addresses and nine have one. */
function lopsided(limits = {}): BookScene {
  const scene = new BookScene(limits, 3);
  for (let i = 0; i < 300; i += 1) scene.heard(publicAddress(i, 0), `source-${i}`);
  for (let group = 1; group < 10; group += 1) scene.heard(publicAddress(0, group));
  return scene;
}

describe('a draw', () => {
  it('is uniform over groups, however many addresses a group has', () => {
    const counts = groupsOf(lopsided(), 5_000);
    expect(counts.size).toBe(10);
    const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - 500) ** 2 / 500, 0);
    // 99.9 % quantile of a chi-square with 9 degrees of freedom.
    expect(chiSquare).toBeLessThan(27.9);
  });

  it('is uniform over entries when group-first is switched off', () => {
    const counts = groupsOf(lopsided({ isGroupFirst: false }), 5_000);
    expect(counts.get('20.0.0.0/16') ?? 0).toBeGreaterThan(4_700);
  });

  it('prefers what has not failed, and has not been dialled just now', () => {
    const scene = new BookScene();
    const good = publicAddress(1, 1);
    const failed = publicAddress(2, 2);
    const recent = publicAddress(3, 3);
    for (const address of [good, failed, recent]) scene.operator(address);
    for (let i = 0; i < 3; i += 1) scene.failed(failed);
    scene.apply({ kind: 'dial-started', key: recent.key });
    const counts = groupsOf(scene, 3_000);
    // Weights 1, 0.66³ = 0.29 and 0.01.
    expect(counts.get('20.1.0.0/16')).toBeGreaterThan(2_100);
    expect(counts.get('20.2.0.0/16')).toBeGreaterThan(450);
    expect(counts.get('20.3.0.0/16') ?? 0).toBeLessThan(100);
    scene.now += 600_000;
    expect(groupsOf(scene, 3_000).get('20.3.0.0/16')).toBeGreaterThan(1_000);
  });

  it('gives what it can when everything was dialled just now', () => {
    const scene = new BookScene();
    for (let i = 0; i < 200; i += 1) scene.heard(publicAddress(i, i), `source-${i}`);
    for (const { address } of scene.book.newEntries()) {
      scene.apply({ kind: 'dial-started', key: address.key });
    }
    expect(choose(scene)).toBeDefined();
  });

  it('finds the one eligible entry of a small table, always', () => {
    const scene = new BookScene();
    for (let i = 0; i < 64; i += 1) scene.operator(publicAddress(i, 1));
    const wanted = publicAddress(63, 1).key;
    for (let i = 0; i < 200; i += 1) {
      expect(choose(scene, 'new', ({ address }) => address.key === wanted)?.address.key).toBe(
        wanted,
      );
    }
  });

  it('costs a bounded number of looks, whatever the size', () => {
    const scene = new BookScene();
    for (let i = 0; i < 5_000; i += 1) scene.heard(publicAddress(i, i & 1_023), `source-${i}`);
    let looks = 0;
    const nothing = choose(scene, 'either', () => {
      looks += 1;
      return false;
    });
    expect(nothing).toBeUndefined();
    expect(looks).toBeLessThanOrEqual(256);
  });

  it('of either table is by a coin, and takes the other one when one has nothing', () => {
    const scene = new BookScene();
    expect(choose(scene, 'either')).toBeUndefined();
    const [tried, fresh] = [publicAddress(1, 1), publicAddress(2, 2)];
    scene.heard(tried);
    scene.met(tried);
    scene.ended(tried);
    expect(choose(scene, 'either')?.address.key).toBe(tried.key);
    expect(choose(scene, 'new')).toBeUndefined();
    scene.heard(fresh);
    let fromTried = 0;
    for (let i = 0; i < 1_000; i += 1) if (choose(scene, 'either')?.isTried) fromTried += 1;
    expect(fromTried).toBeGreaterThan(430);
    expect(fromTried).toBeLessThan(570);
    expect(choose(scene, 'either', ({ isTried }) => !isTried)?.address.key).toBe(fresh.key);
  });
});
