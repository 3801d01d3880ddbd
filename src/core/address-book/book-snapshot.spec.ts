import fc from 'fast-check';
import { BookScene, publicAddress, SOURCE, START } from '../../../test/support/book-samples.ts';
import { DEFAULT_LIMITS, type NodeLimits } from '../support/limits.ts';
import { millis } from '../support/brand.ts';
import { parsePeerAddress, type PeerAddress } from '../support/peer-address.ts';
import type { BookEntry } from './book-entry.ts';

const textOf = (scene: BookScene): string => scene.book.snapshotText(millis(scene.now), scene.at);

/** A fresh book after a restart that took `downMs`; its monotonic clock starts anew. */
function restarted(text: string, limits: Partial<NodeLimits> = {}, downMs = 0): BookScene {
  const scene = new BookScene(limits, 2);
  scene.apply({ kind: 'restored', text, at: (START + downMs) as never });
  return scene;
}
const placesOf = ({ book }: BookScene, address: PeerAddress): readonly number[] | undefined =>
  (book.get(address.key) as BookEntry | undefined)?.places;

function filled(): BookScene {
  const scene = new BookScene();
  for (let i = 0; i < 100; i += 1) scene.heard(publicAddress(i, i), `source-${i % 5}`);
  return scene;
}

describe('after a restart', () => {
  it('hearsay is where it was, under the key of before', () => {
    const before = filled();
    const after = restarted(textOf(before));
    expect(after.book.newCount).toBe(100);
    for (const entry of before.book.newEntries() as BookEntry[]) {
      expect(placesOf(after, entry.address)).toEqual(entry.places);
      const { source, group, sourceGroup, via } = entry;
      const restored = { source, group, sourceGroup, via, state: 'heard', isVerified: false };
      expect(after.book.get(entry.address.key)).toMatchObject(restored);
    }
  });

  it('a stored peer lands in the slot of `tried` that it had', () => {
    const before = new BookScene();
    before.establish(publicAddress(1));
    const after = restarted(textOf(before));
    expect(after.book.newCount + after.book.triedCount).toBe(0);
    after.apply({ kind: 'loaded', peer: { address: publicAddress(1) } });
    expect(placesOf(after, publicAddress(1))).toEqual(placesOf(before, publicAddress(1)));
  });

  it('a once-proven peer that was lost is still one, and not listed or stored', () => {
    const before = new BookScene();
    before.establish(publicAddress(1));
    before.lose(publicAddress(1));
    const after = restarted(textOf(before));
    expect(after.book.drawLost()).toMatchObject({
      address: publicAddress(1),
      isProven: true,
      state: 'quarantined',
      failures: 3,
      firstSuccessAt: START,
      isPersisted: false,
    });
  });

  it('what belongs elsewhere rests for the rest of its time', () => {
    const before = filled();
    const { key } = publicAddress(3, 3);
    before.now = 1_000;
    before.apply({ kind: 'incompatible', key, reason: 'genesis-mismatch' });
    const after = restarted(textOf(before), {}, 3_600_000);
    expect(after.book.get(key)).toMatchObject({
      state: 'incompatible',
      nextDialAt: DEFAULT_LIMITS.incompatibleMs + 1_000 - 3_600_000,
    });
  });

  it('nothing of the operator, of the store, of our own or of what never answered comes from it', () => {
    const before = new BookScene();
    const [written, own, dead, banned, good] = Array.from({ length: 5 }, (_, i) =>
      publicAddress(i, i),
    ) as [PeerAddress, PeerAddress, PeerAddress, PeerAddress, PeerAddress];
    before.operator(written);
    for (const address of [own, dead, banned, good]) before.heard(address);
    before.apply({ kind: 'found-self', key: own.key });
    before.failed(dead);
    before.apply({ kind: 'banned', key: banned.key, until: before.at });
    const after = restarted(textOf(before));
    expect(after.book.newEntries().map(({ address }) => address.key)).toEqual([good.key]);
  });
});

it('a snapshot keeps to its bound, the lost first, and is read all the same', () => {
  const scene = new BookScene();
  for (let i = 0; i < 2_000; i += 1) scene.heard(publicAddress(i, i & 255), `source-${i % 50}`);
  scene.establish(publicAddress(1, 300));
  scene.lose(publicAddress(1, 300));
  const limits = { ...DEFAULT_LIMITS, bookSnapshotBytesMax: 20_000 };
  const small = new BookScene(limits);
  small.apply({ kind: 'restored', text: textOf(scene), at: scene.at });
  expect(small.book.newCount).toBe(0);
  const bounded = new BookScene({ bookSnapshotBytesMax: 20_000 });
  for (let i = 0; i < 2_000; i += 1) bounded.heard(publicAddress(i, i & 255), `source-${i % 50}`);
  bounded.establish(publicAddress(1, 300));
  bounded.lose(publicAddress(1, 300));
  const text = textOf(bounded);
  expect(text.length).toBeLessThanOrEqual(20_000);
  const after = restarted(text);
  expect(after.book.newCount).toBeGreaterThan(100);
  expect(after.book.drawLost()?.address.key).toBe(publicAddress(1, 300).key);
});

it('a full table of the longest usual entries fits its bound', () => {
  const scene = new BookScene({ sourceGroupEntriesMax: 100_000 });
  for (let i = 0; i < 40_000; i += 1) scene.heard(publicAddress(i, i & 1_023), `77.${i % 4_000}`);
  expect(scene.book.newCount).toBeGreaterThan(12_000);
  const text = textOf(scene);
  expect(text.length).toBeLessThan(1_500_000);
  expect(restarted(text).book.newCount).toBeGreaterThan(0.97 * scene.book.newCount);
});

describe('a text that is not ours', () => {
  const KEY = '"version":1,"key":[1,2]';
  const row = (...changes: [number, unknown][]): unknown[] => {
    const good: unknown[] = ['20.1.2.3:7071', 0, 3, 0, 1, 3, 0, 0, -1, -1];
    for (const [index, value] of changes) good[index] = value;
    return good;
  };
  const withRows = (...rows: unknown[]): string =>
    `{${KEY},"groups":["20.1","77.7"],"entries":${JSON.stringify(rows)}}`;
  const counted = (text: string): number => restarted(text).book.newCount;

  it('is the sample that follows when it is right', () => {
    expect(counted(withRows(row()))).toBe(1);
  });

  it.each<[string, unknown]>([
    ['another version', withRows(row()).replace('"version":1', '"version":2')],
    ['no key', withRows(row()).replace('[1,2]', '[1]')],
    ['a key of other things', withRows(row()).replace('[1,2]', '[1,4294967296]')],
    ['groups that are none', withRows(row()).replace('["20.1","77.7"]', '{}')],
    ['broken JSON', withRows(row()).slice(0, -1)],
    ['deep nesting', `{${KEY},"groups":[],"entries":${'['.repeat(1e6)}`],
    ['a bomb of empty lists', withRows(row()).replace(/]}$/, `${',[]'.repeat(900_000)}]}`)],
    ['deep nesting that is closed', withRows([[[[]]]])],
    ['too long', `${withRows(row())}${' '.repeat(DEFAULT_LIMITS.bookSnapshotBytesMax)}`],
    ['nothing', ''],
    ['null', 'null'],
  ])('has no effect: %s', (_, text) => expect(counted(text as string)).toBe(0));

  it.each<[string, [number, unknown]]>([
    ['an address that is none', [0, 'x']],
    ['a name in disguise', [0, '2130706433:7071']],
    ['a spelling that is not canonical', [0, '20.1.2.3:07071']],
    ['a number for an address', [0, 7]],
    ['an unknown kind', [1, 3]],
    ['an unknown source', [2, 99]],
    ['a group out of range', [3, 2]],
    ['a source group of another type', [4, '1']],
    ['hearsay without a class of connection', [5, -1]],
    ['negative failures', [6, -1]],
    ['a time out of range', [7, 1e300]],
    ['a port that hearsay may not name', [0, '20.1.2.3:22']],
    ['an address more local than its connection', [0, '10.1.2.3:7071']],
    ['loopback', [0, '127.0.0.1:7071']],
  ])('loses a row with %s, and no other', (_, change) => {
    expect(counted(withRows(row(change), row([0, '20.9.9.9:7071'])))).toBe(1);
  });

  it('cannot fill the book past the quota of a source', () => {
    const rows = Array.from({ length: 5_000 }, (_, i) => row([0, publicAddress(i).key]));
    expect(counted(withRows(...rows))).toBe(DEFAULT_LIMITS.sourceGroupEntriesMax);
  });

  it('never throws, and leaves a book that works', () => {
    const json = fc.jsonValue({ maxDepth: 4 });
    const near = fc.array(fc.array(fc.oneof(json, fc.integer()), { maxLength: 12 }));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          json.map((v) => JSON.stringify(v)),
          near.map((rows) => withRows(...rows)),
        ),
        (text) => {
          const scene = restarted(text);
          expect(scene.heard(publicAddress(9, 9))).toEqual([]);
        },
      ),
    );
  });
});

it('a zone that is not ASCII survives, and counts in bytes', () => {
  const scene = new BookScene();
  scene.heard(publicAddress(1), 'zone-λ-😀');
  const text = textOf(scene);
  expect(/^[\u0020-\u007e]*$/.test(text)).toBe(true);
  expect(restarted(text).book.get(publicAddress(1).key)?.sourceGroup).toBe('zone-λ-😀');
});

it('names are kept as well', () => {
  const scene = new BookScene();
  const parsed = parsePeerAddress('node.example.org:7071');
  if (!parsed.ok) throw new Error(parsed.fault);
  scene.heard(parsed.address, SOURCE);
  expect(restarted(textOf(scene)).book.get(parsed.address.key)?.address).toEqual(parsed.address);
});

it('a snapshot does not replace what the book knows, nor its key, once it holds anything', () => {
  const before = filled();
  const after = new BookScene({}, 2);
  after.operator(publicAddress(1, 1));
  const [place] = placesOf(after, publicAddress(1, 1)) ?? [];
  after.apply({ kind: 'restored', text: textOf(before), at: before.at });
  expect(after.book.newCount).toBe(100);
  expect(placesOf(after, publicAddress(1, 1))).toEqual([place]);
  expect(after.book.get(publicAddress(1, 1).key)?.isOperator).toBe(true);
});
