import fc from 'fast-check';
import { BookScene, nodeOf, publicAddress } from '../../../test/support/book-samples.ts';
import type { NodeId } from '../support/brand.ts';
import type { NodeLimits } from '../support/limits.ts';
import type { AddressChange, BookOutcome } from './address-change.ts';
import type { BookEntry } from './book-entry.ts';

/** Small enough that every bound is met within a few dozen steps. */
const TIGHT: Partial<NodeLimits> = {
  newBuckets: 4,
  triedBuckets: 2,
  bucketEntries: 3,
  newBucketsPerSource: 2,
  triedBucketsPerGroup: 1,
  newEntriesMax: 18,
  unplacedEntriesMax: 3,
  sourceGroupEntriesMax: 4,
  persistedEntriesMax: 9,
  persistedPerGroupMax: 3,
  contestsMax: 2,
  eldersMax: 3,
  triedGroupEntriesFree: 2,
};
const ADDRESSES = 40;
const GROUPS = 5;
const addressAt = (i: number) => publicAddress(i, i % GROUPS);

interface Step {
  readonly kind: AddressChange['kind'];
  readonly i: number;
  readonly n: number;
  readonly waitMs: number;
}

const KINDS: readonly AddressChange['kind'][] = [
  ...(['heard', 'heard', 'heard', 'loaded', 'queued', 'dial-started', 'handshaking'] as const),
  ...(['handshake-succeeded', 'handshake-succeeded', 'proven', 'proven', 'failed'] as const),
  ...(['failed', 'failed', 'failure-held', 'incompatible', 'found-self', 'put-off'] as const),
  ...(['connection-ended', 'discouraged', 'banned', 'unbanned', 'forgotten-by-operator'] as const),
  ...(['elders-reviewed', 'restored'] as const),
];

function changeOf({ kind, i, n }: Step, scene: BookScene): AddressChange {
  const address = addressAt(i);
  const { key } = address;
  const reason = 'dial-timeout' as const;
  const { at } = scene;
  switch (kind) {
    case 'restored':
      return { kind, text: scene.book.snapshotText(scene.now as never, at), at };
    case 'loaded':
      return { kind, peer: { address } };
    case 'heard': {
      const isOperator = n === 0 && i < 4;
      const origin = { source: 'exchange', sourceGroup: `source-${n}`, via: 'public' } as const;
      return { kind, address, ...origin, isOperator };
    }
    case 'handshake-succeeded': {
      // Every third peer claims an id that another address has as well.
      const nodeId = n === 0 ? ('ab'.repeat(20) as NodeId) : nodeOf(address);
      return { kind, key, nodeId, at, staysOpen: n > 1, promotes: n !== 2 };
    }
    case 'proven':
      return { kind, key, at };
    case 'elders-reviewed':
      return { kind, at };
    case 'banned':
      return { kind, key, until: at };
    case 'put-off':
      return { kind, key, reason, retryAfterMs: 1_000 };
    case 'failed':
    case 'failure-held':
    case 'incompatible':
    case 'connection-ended':
    case 'discouraged':
      return { kind, key, reason };
    default:
      return { kind, key };
  }
}

/** What the store would hold after these outcomes. */
function follow(stored: Set<string>, outcomes: readonly BookOutcome[]): void {
  for (const { kind, address } of outcomes) {
    if (kind === 'save') stored.add(address.key);
    if (kind === 'forget') stored.delete(address.key);
  }
}

function groupsIn(entries: readonly BookEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { group } of entries) counts.set(group, (counts.get(group) ?? 0) + 1);
  return counts;
}

function checkTable(entries: readonly BookEntry[], slots: number): void {
  const places = entries.flatMap((entry) => entry.places);
  // Nobody shares a slot: so no bucket holds more than its size.
  expect(new Set(places).size).toBe(places.length);
  expect(places.every((place) => place >= 0 && place < slots)).toBe(true);
  expect(entries.every(({ tablePosition }, index) => tablePosition === index)).toBe(true);
}

function checkBounds(fresh: readonly BookEntry[], { book }: BookScene): void {
  const beside = fresh.filter(({ places, isOperator }) => places.length === 0 && !isOperator);
  expect(beside.length).toBeLessThanOrEqual(3);
  expect(fresh.every(({ places }) => places.length <= 4)).toBe(true);
  const sources = new Map<string, number>();
  for (const { sourceGroup, sourcePosition } of fresh) {
    if (sourcePosition >= 0) sources.set(sourceGroup, (sources.get(sourceGroup) ?? 0) + 1);
  }
  expect(Math.max(0, ...sources.values())).toBeLessThanOrEqual(4);
  expect(book.contestedCount).toBeLessThanOrEqual(2);
}

function checkBook(scene: BookScene, stored: ReadonlySet<string>, met: ReadonlySet<string>): void {
  const { book } = scene;
  const fresh = book.newEntries() as readonly BookEntry[];
  const tried = book.triedEntries() as readonly BookEntry[];
  const all = [...fresh, ...tried];
  checkTable(fresh, 12);
  checkTable(tried, 6);
  checkBounds(fresh, scene);
  expect(new Set(all.map(({ address }) => address.key)).size).toBe(all.length);
  const isRight = (entry: BookEntry): boolean => {
    const { key } = entry.address;
    const { isVerified, isPersisted, isProven, isTried } = entry;
    if (book.get(key) !== entry || isPersisted !== stored.has(key)) return false;
    // Only our own handshake verifies, now or in an earlier run; only the verified are tried or stored.
    return isVerified ? met.has(key) : !isTried && !isPersisted && !isProven;
  };
  expect(all.filter((entry) => !isRight(entry))).toEqual([]);
  expect(tried.every(({ isTried, places }) => isTried && places.length === 1)).toBe(true);
  expect(fresh.some(({ isTried }) => isTried)).toBe(false);
  const verified = new Set<unknown>(book.verifiedEntries());
  expect(book.verifiedEntries()).toHaveLength(verified.size);
  expect(all.every((entry) => entry.isVerified === verified.has(entry))).toBe(true);
  expect(all.filter(({ isVerified }) => isVerified)).toHaveLength(verified.size);
  checkStore(scene, all, stored);
  expect(book.groupCount('new')).toBe(groupsIn(fresh).size);
  expect(book.groupCount('tried')).toBe(groupsIn(tried).size);
  checkElders(scene);
}

function checkStore(
  { book }: BookScene,
  all: readonly BookEntry[],
  stored: ReadonlySet<string>,
): void {
  expect(book.persistedCount).toBe(stored.size);
  expect(stored.size).toBeLessThanOrEqual(9);
  expect(all.filter(({ isPersisted }) => isPersisted)).toHaveLength(stored.size);
}

function checkElders({ book, at }: BookScene): void {
  const elders = book.elders(at);
  expect(elders.length).toBeLessThanOrEqual(3);
  for (const [, count] of groupsIn(elders as readonly BookEntry[])) {
    expect(count).toBeLessThanOrEqual(2);
  }
  for (const elder of elders) {
    expect(elder).toMatchObject({ isProven: true, failures: 0 });
    expect(book.get(elder.address.key)).toBe(elder);
  }
}

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    i: fc.nat(ADDRESSES - 1),
    n: fc.nat(4),
    waitMs: fc.constantFrom(0, 1_000, 40_000, 700_000),
  }),
  { minLength: 20, maxLength: 150 },
);

it.each([true, false])(
  'any changes leave all parts of the book in step and in their bounds (tests before eviction: %s)',
  (isTestedBeforeEviction) => {
    fc.assert(
      fc.property(steps, fc.nat(1_000), (sequence, seed) => {
        const scene = new BookScene({ ...TIGHT, isTestedBeforeEviction }, seed);
        const stored = new Set<string>();
        const met = new Set<string>();
        for (const step of sequence) {
          scene.now += step.waitMs;
          const change = changeOf(step, scene);
          const { key } = addressAt(step.i);
          const wasKnown = scene.book.get(key) !== undefined;
          const outcomes = scene.apply(change);
          follow(stored, outcomes);
          const isMet = step.kind === 'handshake-succeeded' && wasKnown;
          const isLoaded = step.kind === 'loaded' && scene.book.get(key)?.isStored === true;
          if (isMet || isLoaded) met.add(key);
          if (isLoaded && !wasKnown) stored.add(key);
          checkBook(scene, stored, met);
        }
      }),
      { numRuns: 100 },
    );
  },
);

it('equal changes with equal randomness give equal outcomes and an equal book', () => {
  fc.assert(
    fc.property(steps, fc.nat(1_000), (sequence, seed) => {
      const run = (): unknown => {
        const scene = new BookScene(TIGHT, seed);
        const outcomes = sequence.map((step) => scene.apply(changeOf(step, scene)));
        return [outcomes, scene.book.newEntries(), scene.book.triedEntries()];
      };
      expect(run()).toEqual(run());
    }),
    { numRuns: 20 },
  );
});
