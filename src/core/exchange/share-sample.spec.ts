import { millis } from '../support/brand.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { peerAddressOfIp, type PeerAddress } from '../support/peer-address.ts';
import { SeededRandom } from '../support/random-source.ts';
import { ShareSample, type Shareable } from './share-sample.ts';

let version = 0;

const addresses = (count: number): PeerAddress[] =>
  Array.from({ length: count }, (_, i) =>
    peerAddressOfIp(Uint8Array.of(20, i >> 8, i & 255, 1), 7_071),
  );
/** Of a book that has just changed. */
const of = (list: readonly PeerAddress[]): Shareable => {
  version += 1;
  return { of: 'public', version, shareable: () => list };
};
const sampleOf = (seed = 1): ShareSample => new ShareSample(DEFAULT_LIMITS, new SeededRandom(seed));
const keys = (list: readonly PeerAddress[]): string[] => list.map(({ key }) => key);
const EPOCH_MS = DEFAULT_LIMITS.sampleEpochMs;

it('is everything of a few, a quarter of many', () => {
  expect(sampleOf().of(of(addresses(20)), millis(0))).toHaveLength(20);
  expect(sampleOf().of(of(addresses(100)), millis(0))).toHaveLength(32);
  expect(sampleOf().of(of(addresses(1_000)), millis(0))).toHaveLength(250);
});

it('is the same for everyone for ten minutes, whoever asks and in whatever order the book is', () => {
  const sample = sampleOf();
  const first = keys(sample.of(of(addresses(500)), millis(1)));
  for (const now of [2, 60_000, EPOCH_MS - 1]) {
    expect(keys(sample.of(of(addresses(500).reverse()), millis(now)))).toEqual(first);
  }
  expect(keys(sample.of(of(addresses(500)), millis(EPOCH_MS)))).not.toEqual(first);
});

it('of one node gives away little of the next', () => {
  const mine = new Set(keys(sampleOf(1).of(of(addresses(1_000)), millis(0))));
  const theirs = keys(sampleOf(2).of(of(addresses(1_000)), millis(0)));
  const shared = theirs.filter((key) => mine.has(key)).length;
  expect(shared).toBeGreaterThan(30);
  expect(shared).toBeLessThan(95);
});

it('grows with what is known, and keeps most of what it had', () => {
  const sample = sampleOf();
  const before = new Set(keys(sample.of(of(addresses(400)), millis(0))));
  const after = keys(sample.of(of(addresses(440)), millis(0)));
  expect(after.filter((key) => before.has(key)).length).toBeGreaterThan(85);
});

it('is drawn again only when the book has changed, for each class of connection', () => {
  const sample = sampleOf();
  let draws = 0;
  const ask = (scope: Shareable['of'], bookVersion: number): number => {
    const shareable = (): PeerAddress[] => {
      draws += 1;
      return addresses(bookVersion);
    };
    return sample.of({ of: scope, version: bookVersion, shareable }, millis(0)).length;
  };
  expect([ask('public', 3), ask('public', 3), ask('private', 3), ask('public', 4)]).toEqual([
    3, 3, 3, 4,
  ]);
  expect(draws).toBe(3);
});
