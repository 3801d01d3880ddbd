import type { PeerStore } from '../../src/runtime/ports/peer-store.ts';
import { durable } from '../support/store-conditions.ts';
import { FileKind, memoryKind, RedisKind, type StoreKind } from '../support/store-kinds.ts';
import { forget, keysOf, manyAddresses, record, save } from '../support/store-samples.ts';

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

  async function reopened(): Promise<PeerStore> {
    if (!kind.lasting) return store;
    await store.close();
    store = await kind.open();
    return store;
  }

  it('is empty at first, up, and says its kind', async () => {
    expect(await store.load()).toEqual([]);
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
    const peers = await (await reopened()).load();
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
    expect(keysOf(await (await reopened()).load())).toEqual(['10.0.0.2:7071']);
    await store.close();
    expect(await kind.rawKeys()).toHaveLength(kind.lasting ? 2 : 0);
  });

  it('ends a burst of contradicting changes with the last of each peer', async () => {
    await store.load();
    store.apply([save('10.0.0.1:7071', 1), forget('10.0.0.1:7071'), save('10.0.0.1:7071', 3)]);
    store.apply([save('10.0.0.2:7071'), save('10.0.0.3:7071')]);
    store.apply([forget('10.0.0.2:7071')]);
    await durable(store);
    const peers = await (await reopened()).load();
    expect(keysOf(peers)).toEqual(['10.0.0.1:7071', '10.0.0.3:7071']);
    expect(peers.find(({ address }) => address.host === '10.0.0.1')?.record?.failures).toBe(3);
  });

  it('writes what waits when it closes, and closes twice', async () => {
    await store.load();
    store.apply([save('10.0.0.1:7071')]);
    await Promise.all([store.close(), store.close()]);
    expect(keysOf(await (await reopened()).load())).toEqual(['10.0.0.1:7071']);
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
    const peers = await (await reopened()).load();
    expect(keysOf(peers)).toEqual([...addresses].sort());
    expect(peers.every((peer) => peer.record !== undefined)).toBe(true);
  }, 30_000);

  if (!kind.lasting) return;

  it('uses the keys peer:host:port and record:host:port, nothing else', async () => {
    await store.load();
    store.apply([save('10.0.0.1:7071'), save('10.0.0.2:7071'), forget('10.0.0.2:7071')]);
    await durable(store);
    await store.close();
    expect(await kind.rawKeys()).toEqual(['peer:10.0.0.1:7071', 'record:10.0.0.1:7071']);
  });

  it('loads a medium that holds only peer keys', async () => {
    await store.close();
    await kind.plant({ 'peer:10.0.0.1:7071': '1', 'peer:node.example.com:7071': '1' });
    const peers = await (await reopened()).load();
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
    const peers = await (await reopened()).load();
    expect(keysOf(peers)).toEqual(['10.0.0.1:7071', '10.0.0.2:7071']);
    expect(peers.every((peer) => peer.record === undefined)).toBe(true);
  });
});
