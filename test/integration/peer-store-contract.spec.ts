import type { PeerStore } from '../../src/runtime/ports/peer-store.ts';
import { durable } from '../support/store-conditions.ts';
import { FileKind, memoryKind, RedisKind, type StoreKind } from '../support/store-kinds.ts';
import {
  document,
  EMPTY_STATE,
  forget,
  keysOf,
  manyAddresses,
  record,
  save,
} from '../support/store-samples.ts';
import { DOCUMENT_BYTES_MAX } from '../../src/persistence/document-entries.ts';

const KINDS: readonly StoreKind[] = [memoryKind, new FileKind(), new RedisKind()];

describe.each(KINDS.map((kind) => [kind.name, kind] as const))('%s peer store', (_, kind) => {
  let store: PeerStore;

  beforeAll(() => kind.start(), 120_000);
  beforeEach(async () => {
    await kind.reset();
    store = await kind.open();
  });
  afterEach(() => store.close());
  afterAll(() => kind.stop());

  async function reopened(warn?: (sentence: string) => void): Promise<PeerStore> {
    if (!kind.lasting) return store;
    await store.close();
    store = await kind.open(warn);
    return store;
  }

  it('is empty at first, up, and says its kind', async () => {
    expect(await store.load()).toEqual(EMPTY_STATE);
    await durable(store);
    expect(store.health()).toEqual({ up: true, pendingWrites: 0 });
    expect(store.kind).toBe(kind.name);
  });

  it('gives back saved peers with their records, and the last of several saves', async () => {
    await store.load();
    store.apply([
      save('10.0.0.1:7071'),
      save('node.example.com:7071', 1),
      save('[2001:db8::1]:7071'),
    ]);
    store.apply([save('10.0.0.1:7071', 7)]);
    await durable(store);
    const { peers } = await (await reopened()).load();
    expect(keysOf(peers)).toEqual(['10.0.0.1:7071', '[2001:db8::1]:7071', 'node.example.com:7071']);
    expect(peers.find((peer) => peer.address.key === '10.0.0.1:7071')?.record).toEqual(record(7));
  });

  it('forgets key and record, also of peers that an earlier process saved', async () => {
    await store.load();
    store.apply([save('10.0.0.1:7071'), save('10.0.0.2:7071')]);
    await durable(store);
    const next = await reopened();
    await next.load();
    next.apply([forget('10.0.0.1:7071'), forget('10.9.9.9:7071')]);
    await durable(next);
    expect(keysOf((await (await reopened()).load()).peers)).toEqual(['10.0.0.2:7071']);
    await store.close();
    expect(await kind.rawKeys()).toHaveLength(kind.lasting ? 2 : 0);
  });

  it('ends a burst of contradicting changes with the last of each peer', async () => {
    await store.load();
    store.apply([save('10.0.0.1:7071', 1), forget('10.0.0.1:7071'), save('10.0.0.1:7071', 3)]);
    store.apply([save('10.0.0.2:7071'), save('10.0.0.3:7071')]);
    store.apply([forget('10.0.0.2:7071')]);
    await durable(store);
    const { peers } = await (await reopened()).load();
    expect(keysOf(peers)).toEqual(['10.0.0.1:7071', '10.0.0.3:7071']);
    expect(peers.find(({ address }) => address.host === '10.0.0.1')?.record?.failures).toBe(3);
  });

  it('writes what waits when it closes, and closes twice', async () => {
    await store.load();
    store.apply([save('10.0.0.1:7071')]);
    await Promise.all([store.close(), store.close()]);
    expect(keysOf((await (await reopened()).load()).peers)).toEqual(['10.0.0.1:7071']);
  });

  it('ignores changes after it closed', async () => {
    await store.load();
    await store.close();
    expect(() => store.apply([save('10.0.0.1:7071')])).not.toThrow();
  });

  it('keeps 10,000 peers saved at once', async () => {
    await store.load();
    const addresses = manyAddresses(10_000);
    const seconds: number[] = [];
    store.onWrite((took) => seconds.push(took));
    store.apply(addresses.map((text) => save(text)));
    await durable(store);
    expect(seconds.length).toBeGreaterThan(0);
    const { peers } = await (await reopened()).load();
    expect(keysOf(peers)).toEqual([...addresses].sort());
    expect(peers.every((peer) => peer.record !== undefined)).toBe(true);
  }, 30_000);

  it('gives back documents, the last text of each, and of no name that was never saved', async () => {
    await store.load();
    const hostile = '{"reason":"\u0000\u2028</script>é\u{1f4a3}"}';
    store.apply([document('anchors', 'first'), document('bans', hostile)]);
    store.apply([save('10.0.0.1:7071'), document('anchors', 'second')]);
    await durable(store);
    const loaded = await (await reopened()).load();
    expect(loaded.documents).toEqual({ anchors: 'second', bans: hostile });
    expect(keysOf(loaded.peers)).toEqual(['10.0.0.1:7071']);
    store.apply([document('anchors', ''), document('book:snapshot', '{}')]);
    await durable(store);
    const { documents } = await (await reopened()).load();
    expect(documents).toEqual({ bans: hostile, 'book:snapshot': '{}' });
  });

  it('keeps a document of the largest size, and the event loop runs meanwhile', async () => {
    await store.load();
    const largest = 'é'.repeat(DOCUMENT_BYTES_MAX / 2);
    const startedAt = performance.now();
    store.apply([document('book:snapshot', largest), save('10.0.0.1:7071')]);
    // The caller is a turn of the event loop in which peers wait for their answers.
    expect(performance.now() - startedAt).toBeLessThan(100);
    await durable(store);
    const { documents, peers } = await (await reopened()).load();
    expect(documents['book:snapshot'] === largest).toBe(true);
    expect(peers).toHaveLength(1);
  });

  it('keeps the last text that is not too long', async () => {
    await store.load();
    store.apply([document('bans', 'short')]);
    store.apply([document('bans', 'x'.repeat(DOCUMENT_BYTES_MAX + 1))]);
    await durable(store);
    expect((await (await reopened()).load()).documents).toEqual({ bans: 'short' });
  });

  if (!kind.lasting) return;

  it('tells once of texts that are too long to be kept', async () => {
    const told: string[] = [];
    await reopened((sentence) => told.push(sentence));
    await store.load();
    const text = 'x'.repeat(DOCUMENT_BYTES_MAX + 1);
    for (let i = 0; i < 3; i += 1) store.apply([document('book:snapshot', text)]);
    expect(told).toEqual([expect.stringContaining('"book:snapshot" is over 4194304 bytes')]);
  });

  it('passes over stored documents that are too long or no text, and tells of each', async () => {
    await store.close();
    await kind.plant({
      anchors: Buffer.from([0x7b, 0xff, 0xfe, 0x80]),
      bans: 'kept',
      'book:snapshot': Buffer.alloc(DOCUMENT_BYTES_MAX + 1, 0x20),
      'book:other': 'of a later version',
      'peer:10.0.0.1:7071': '1',
    });
    const told: string[] = [];
    const { documents, peers } = await (await reopened((line) => told.push(line))).load();
    expect(documents).toEqual({ bans: 'kept' });
    expect(keysOf(peers)).toEqual(['10.0.0.1:7071']);
    expect(told).toEqual([
      'The stored document "anchors" is no text: ignored',
      'The stored document "book:snapshot" is over 4194304 bytes: ignored',
    ]);
    store.apply([document('anchors', 'new')]);
    await durable(store);
    expect((await (await reopened()).load()).documents).toEqual({ anchors: 'new', bans: 'kept' });
  });

  it('uses the keys peer:host:port, record:host:port and the documents’ names, nothing else', async () => {
    await store.load();
    store.apply([save('10.0.0.1:7071'), save('10.0.0.2:7071'), forget('10.0.0.2:7071')]);
    store.apply([document('book:snapshot', 's'), document('bans', 'b'), document('anchors', 'a')]);
    await durable(store);
    await store.close();
    expect(await kind.rawKeys()).toEqual([
      'anchors',
      'bans',
      'book:snapshot',
      'peer:10.0.0.1:7071',
      'record:10.0.0.1:7071',
    ]);
  });

  it('loads a medium that holds only peer keys', async () => {
    await store.close();
    await kind.plant({ 'peer:10.0.0.1:7071': '1', 'peer:node.example.com:7071': '1' });
    const { peers, documents } = await (await reopened()).load();
    expect(documents).toEqual({});
    expect(keysOf(peers)).toEqual(['10.0.0.1:7071', 'node.example.com:7071']);
    expect(peers.every((peer) => peer.record === undefined)).toBe(true);
  });

  it('passes over damaged keys and values', async () => {
    await store.close();
    await kind.plant({
      'peer:10.0.0.1:7071': '1',
      'record:10.0.0.1:7071': '{"node_id": 5',
      'peer:10.0.0.2:7071': '1',
      'record:10.0.0.2:7071': '['.repeat(200_000),
      'peer:10.0.0.3:7071': 'x'.repeat(100_000),
      'peer:not an address': '1',
      'peer:2130706433:7071': '1',
      'peer:': '1',
      'record:10.0.0.4:7071': '{}',
      unrelated: '1',
    });
    const { peers } = await (await reopened()).load();
    expect(keysOf(peers)).toEqual(['10.0.0.1:7071', '10.0.0.2:7071']);
    expect(peers.every((peer) => peer.record === undefined)).toBe(true);
  });
});
