import { BookScene, nodeOf, publicAddress, SOURCE } from '../../../test/support/book-samples.ts';
import type { PeerAddress } from '../support/peer-address.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import type { BookEntry } from './book-entry.ts';
import { TablePlaces } from './table-places.ts';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const entryOf = ({ book }: BookScene, address: PeerAddress): BookEntry =>
  book.get(address.key) as BookEntry;
const bucketOf = (place: number): number => Math.floor(place / DEFAULT_LIMITS.bucketEntries);

describe('places', () => {
  const places = new TablePlaces([1, 2], DEFAULT_LIMITS);
  const hashes = range(3_000).map((i) => places.hashOf(publicAddress(i).key));

  it('of one source group are in 16 buckets of `new`, whatever it names and however they are chosen', () => {
    const source = places.hashOf(SOURCE);
    const all = hashes.flatMap((hash) =>
      range(4).map((choice) => places.ofNew(hash, source, choice)),
    );
    expect(new Set(all.map(bucketOf)).size).toBe(DEFAULT_LIMITS.newBucketsPerSource);
    // All slots of all buckets are in use.
    expect(new Set(all).size).toBe(16 * 64);
  });

  it('of many source groups are in all buckets', () => {
    const all = range(300).map((i) => places.ofNew(hashes[0] as number, places.hashOf(`${i}`), 0));
    expect(new Set(all.map(bucketOf)).size).toBeGreaterThan(150);
  });

  it('of one address group are in 4 buckets of `tried`', () => {
    const all = hashes.map((hash) => places.ofTried(hash, '20.0'));
    expect(new Set(all.map(bucketOf)).size).toBe(DEFAULT_LIMITS.triedBucketsPerGroup);
    expect(new Set(all).size).toBe(4 * 64);
  });

  it('are others under another key', () => {
    const other = new TablePlaces([1, 3], DEFAULT_LIMITS);
    const same = range(1_000).filter((i) => {
      const { key } = publicAddress(i);
      return (
        places.ofTried(places.hashOf(key), '20.0') === other.ofTried(other.hashOf(key), '20.0')
      );
    });
    expect(same.length).toBeLessThan(40);
  });
});

describe('one source group', () => {
  it('that names 100,000 addresses has 512 of them kept', () => {
    const scene = new BookScene();
    const answers = range(100_000).flatMap((i) => scene.heard(publicAddress(i, i % 7)));
    expect(scene.book.newCount).toBe(DEFAULT_LIMITS.sourceGroupEntriesMax);
    expect(new Set(answers)).toEqual(new Set(['source-group-full', 'table-full']));
    expect(scene.heard(publicAddress(1, 9), 'another')).toEqual([]);
  });

  it('gets room again when what it named has failed, been promoted or been removed', () => {
    const scene = new BookScene({ sourceGroupEntriesMax: 3 });
    const [a, b, c, d] = range(9).map((i) => publicAddress(i, i)) as [
      PeerAddress,
      PeerAddress,
      PeerAddress,
      PeerAddress,
    ];
    for (const address of [a, b, c]) expect(scene.heard(address)).toEqual([]);
    expect(scene.heard(d)).toEqual(['source-group-full']);
    scene.met(a);
    expect(scene.heard(d)).toEqual([]);
    scene.kinds({ kind: 'forgotten-by-operator', key: b.key });
    expect(scene.heard(publicAddress(5, 5))).toEqual([]);
    expect(scene.heard(publicAddress(6, 6))).toEqual(['source-group-full']);
    for (const address of [c, d, publicAddress(5, 5)]) scene.failed(address);
    expect(scene.heard(publicAddress(6, 6))).toEqual([]);
    expect(scene.book.newCount).toBe(3);
  });

  it('does not bind the operator', () => {
    const scene = new BookScene({ sourceGroupEntriesMax: 2 });
    for (const i of range(20)) expect(scene.operator(publicAddress(i, i))).toEqual([]);
    expect(scene.book.newCount).toBe(20);
  });
});

it.each([
  [19, []],
  [20, []],
  [21, ['table-full']],
])('of 20 places for hearsay %d addresses take theirs: %j', (count, refusals) => {
  const scene = new BookScene({ newEntriesMax: 20 });
  const answers = range(count).flatMap((i) => scene.heard(publicAddress(i, i), `source ${i}`));
  expect([scene.book.newCount, answers]).toEqual([count - refusals.length, refusals]);
});

describe('a slot', () => {
  const narrow = { newBuckets: 1, bucketEntries: 2 };

  it('that a live entry holds refuses the newcomer; a failed one gives way', () => {
    const scene = new BookScene(narrow);
    const refused = range(50).filter((i) => scene.heard(publicAddress(i, i)).length > 0);
    expect(scene.book.newCount).toBe(2);
    expect(refused).toHaveLength(48);
    for (const entry of scene.book.newEntries().slice()) scene.failed(entry.address);
    for (const i of range(50)) scene.heard(publicAddress(i, 100 + i));
    expect(scene.book.newEntries().map(({ failures }) => failures)).toEqual([0, 0]);
  });

  it('is not taken from a peer that is connected, verified or written down by the operator', () => {
    const scene = new BookScene(narrow);
    const [held, verified] = [publicAddress(0, 0), publicAddress(1, 1)];
    scene.operator(held);
    scene.failed(held);
    scene.heard(verified);
    scene.met(verified, { promotes: false, staysOpen: false });
    for (const i of range(50)) scene.heard(publicAddress(i, 100 + i));
    expect(scene.book.get(held.key)).toBeDefined();
    expect(scene.book.get(verified.key)).toBeDefined();
  });

  it('that is taken does not keep out the operator, nor a once-proven peer', () => {
    const scene = new BookScene({ ...narrow, isTestedBeforeEviction: false, triedBuckets: 1 });
    for (const i of range(9)) scene.operator(publicAddress(i, i));
    expect(scene.book.newCount).toBe(9);
    // Evicted from `tried` one by one: all of them are still known.
    for (const i of range(9)) {
      scene.met(publicAddress(i, i));
      scene.proven(publicAddress(i, i));
    }
    expect(scene.book.verifiedCount).toBe(9);
    expect(scene.book.triedCount).toBeLessThanOrEqual(2);
  });
});

it('room beside the buckets is bounded, and comes back when an entry goes', () => {
  const scene = new BookScene({
    newBuckets: 1,
    triedBuckets: 1,
    bucketEntries: 1,
    unplacedEntriesMax: 2,
  });
  const load = (i: number) =>
    scene.apply({ kind: 'loaded', peer: { address: publicAddress(i, i) } });
  for (const i of range(9)) load(i);
  expect(scene.book.verifiedCount).toBe(4);
  for (let round = 0; round < 5; round += 1) {
    for (const { address } of scene.book.newEntries().slice()) {
      scene.kinds({ kind: 'forgotten-by-operator', key: address.key });
    }
    for (const i of range(9)) load(100 * round + i);
    expect(scene.book.verifiedCount).toBe(4);
  }
});

it('once-proven peers that lose their slot are kept beside the buckets, within the bound', () => {
  const scene = new BookScene({ newBuckets: 1, bucketEntries: 1, unplacedEntriesMax: 2 });
  for (const i of range(6)) {
    const address = publicAddress(i, i);
    const [firstSuccessAt, lastSuccessAt] = [scene.at, scene.at];
    const record = { nodeId: nodeOf(address), firstSuccessAt, lastSuccessAt, failures: 0 };
    const peer = { address, record: { ...record, isProven: true, isTried: false } };
    scene.apply({ kind: 'loaded', peer });
    scene.lose(address);
    // A newcomer takes the slot of the lost one, and goes again.
    scene.heard(publicAddress(i, 100 + i));
    scene.kinds({ kind: 'forgotten-by-operator', key: publicAddress(i, 100 + i).key });
  }
  expect(scene.book.newCount).toBe(2);
});

it('200 addresses from one source all find a slot', () => {
  const scene = new BookScene();
  for (const i of range(200)) scene.heard(publicAddress(i, 0));
  expect(scene.book.newCount).toBe(200);
});

it('an address that many source groups name takes four places at most, and frees them all', () => {
  const scene = new BookScene();
  const address = publicAddress(1);
  for (const i of range(500)) scene.heard(address, `source-${i}`);
  expect(entryOf(scene, address).places).toHaveLength(DEFAULT_LIMITS.newBucketsPerAddress);
  expect(scene.book.newCount).toBe(1);
  const other = new BookScene();
  for (const _ of range(500)) other.heard(address);
  expect(entryOf(other, address).places).toHaveLength(1);
  scene.met(address);
  expect(entryOf(scene, address).places).toHaveLength(1);
});

it('groups are counted per table', () => {
  const scene = new BookScene();
  for (const i of range(10)) scene.heard(publicAddress(i, i >> 1));
  for (const i of [0, 1, 2]) scene.met(publicAddress(i, i >> 1));
  expect([scene.book.groupCount('new'), scene.book.groupCount('tried')]).toEqual([4, 2]);
});
