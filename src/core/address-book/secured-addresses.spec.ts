import { BookScene, publicAddress } from '../../../test/support/book-samples.ts';
import { unixMillis, type AddressKey } from '../support/brand.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { SecuredAddresses } from './secured-addresses.ts';

const keyOf = (i: number): AddressKey => publicAddress(i, i).key;
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

it('keeps those that proved a key last', () => {
  const secured = new SecuredAddresses(3);
  for (const i of [1, 2, 3, 1, 4]) secured.add(keyOf(i));
  expect([1, 2, 3, 4].map((i) => secured.has(keyOf(i)))).toEqual([true, false, true, true]);
});

it('wants to be saved when the store gives up what no snapshot has', () => {
  const secured = new SecuredAddresses(3);
  secured.restore([keyOf(1)]);
  secured.leftStore(keyOf(1));
  secured.leftStore(keyOf(9));
  expect(secured.isAtRisk).toBe(false);
  secured.add(keyOf(2));
  secured.leftStore(keyOf(2));
  expect(secured.isAtRisk).toBe(true);
  expect(secured.save()).toEqual([keyOf(1), keyOf(2)]);
  expect(secured.isAtRisk).toBe(false);
});

describe('an address that has proven a key', () => {
  const address = publicAddress(1);
  const { key } = address;

  function proven(): BookScene {
    const scene = new BookScene();
    scene.heard(address);
    scene.apply({
      kind: 'handshake-succeeded',
      key,
      nodeId: 'ab'.repeat(20) as never,
      isSecured: true,
      at: unixMillis(scene.at),
      staysOpen: false,
      promotes: false,
    });
    return scene;
  }

  /** Fails until nothing of it is left in the book. */
  function dropped(): BookScene {
    const scene = proven();
    for (let i = 0; i < 16; i += 1) {
      scene.now += 3_600_000;
      scene.apply({ kind: 'failed', key, reason: 'connection-reset' });
    }
    expect(scene.book.get(key)).toBeUndefined();
    return scene;
  }

  it('is known as one when its entry is gone, and after a restart', () => {
    const before = dropped();
    expect(before.book.isSecured(key)).toBe(true);
    const after = new BookScene({}, 2);
    after.apply({ kind: 'restored', text: textOf(before), at: before.at });
    expect(after.book.get(key)).toBeUndefined();
    expect(after.book.isSecured(key)).toBe(true);
  });

  it('is forgotten when the operator says so', () => {
    const scene = dropped();
    scene.apply({ kind: 'forgotten-by-operator', key });
    expect(scene.book.isSecured(key)).toBe(false);
  });
});

function textOf({ book, now, at }: BookScene): string {
  return book.snapshotText(now as never, at);
}

describe('the list of a snapshot', () => {
  const snapshot = (secured: unknown): string =>
    `{"version":1,"key":[1,2],"groups":[],"entries":[],"secured":${JSON.stringify(secured)}}`;
  const restored = (text: string, limits = {}): BookScene => {
    const scene = new BookScene(limits, 2);
    scene.apply({ kind: 'restored', text, at: scene.at });
    return scene;
  };

  it('is taken as far as it makes sense', () => {
    const { book } = restored(snapshot([7, 'x', null, '20.1.2.3:07071', keyOf(1)]));
    expect(book.isSecured(keyOf(1))).toBe(true);
    expect(JSON.parse(book.snapshotText(0 as never, 0 as never))).toMatchObject({
      secured: [keyOf(1)],
    });
    for (const other of [{}, 'x', 1, null]) {
      expect(textOf(restored(snapshot(other)))).not.toContain('secured');
    }
  });

  it('may be missing, and brings no entries', () => {
    expect(restored('{"version":1,"key":[1,2],"groups":[],"entries":[]}').book.newCount).toBe(0);
    expect(restored(snapshot([keyOf(1)])).book.knownCount).toBe(0);
  });

  it('is cut at its bounds, the oldest first', () => {
    const { securedAddressesMax: max } = DEFAULT_LIMITS;
    const keys = range(max + 10).map((i) => publicAddress(i, i >> 8).key);
    const { book } = restored(snapshot(keys));
    expect(book.isSecured(keys[9] as AddressKey)).toBe(false);
    expect(book.isSecured(keys[10] as AddressKey)).toBe(true);
    const small = restored(snapshot(keys.slice(0, 100)), { bookSnapshotBytesMax: 4_000 });
    const text = textOf(small);
    expect(text.length).toBeLessThan(1_200);
    const { secured } = JSON.parse(text) as { secured: AddressKey[] };
    expect(secured).toEqual(keys.slice(100 - secured.length, 100));
    expect(secured.length).toBeGreaterThan(40);
  });
});
