import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

import { createRedisPeerStore } from '../../src/persistence/redis-peer-store.ts';
import type { PeerStore } from '../../src/runtime/ports/peer-store.ts';
import { eventually } from '../support/eventually.ts';
import { RedisServer } from '../support/redis-server.ts';
import { durable } from '../support/store-conditions.ts';
import {
  document,
  EMPTY_STATE,
  forget,
  keysOf,
  manyAddresses,
  save,
} from '../support/store-samples.ts';

/** The bar: state is back in Redis this long after it recovers. */
const BACK_WITHIN_MS = 10_000;

describe('Redis peer store when Redis fails', () => {
  let server: RedisServer;
  const stores: PeerStore[] = [];

  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    await server.stop();
  });

  function open(url = server.url): PeerStore {
    const names = { keyPrefix: 'vision:', chainId: 'testnet', nodeName: 'node-0' };
    const store = createRedisPeerStore({ url, ...names });
    stores.push(store);
    return store;
  }

  const peersInRedis = (): Promise<string[]> =>
    server.run((client) => client.keys('vision:testnet:node-0:peer:*'));

  const documentInRedis = (name: string): Promise<string | null> =>
    server.run((client) => client.get(`vision:testnet:node-0:${name}`));

  const down = (store: PeerStore): Promise<unknown> =>
    eventually(() => !store.health().up, { withinMs: BACK_WITHIN_MS, what: 'health is down' });

  async function holds(count: number): Promise<void> {
    const what = `${count} peers are in Redis`;
    const isBack = async (): Promise<boolean> => (await peersInRedis()).length === count;
    await eventually(isBack, { withinMs: BACK_WITHIN_MS, what });
  }

  it('loads nothing within 2 s when Redis is away, and brings the state when it comes', async () => {
    server = await RedisServer.reserve();
    const store = open();
    const startedAt = performance.now();
    expect(await store.load()).toEqual(EMPTY_STATE);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    store.apply([save('10.0.0.1:7071'), save('10.0.0.2:7071'), forget('10.0.0.2:7071')]);
    store.apply([document('bans', 'kept'), document('bans', 'kept last')]);
    expect(store.health()).toMatchObject({ up: false, pendingWrites: 3 });
    expect(store.health().detail).toBe('Redis: nothing listens at its address (ECONNREFUSED)');
    await server.startAgain();
    await holds(1);
    await durable(store);
    expect(await documentInRedis('bans')).toBe('kept last');
  }, 30_000);

  it('leaves peers alone that it could not load', async () => {
    server = await RedisServer.reserve();
    const store = open();
    await store.load();
    await server.startAgain();
    await server.run((client) => client.set('vision:testnet:node-0:peer:10.9.9.9:7071', '1'));
    store.apply([save('10.0.0.1:7071')]);
    await durable(store);
    expect((await peersInRedis()).length).toBe(2);
  }, 30_000);

  it('writes everything again to a Redis that restarted empty', async () => {
    server = await RedisServer.start();
    const store = open();
    await store.load();
    store.apply(manyAddresses(1_000).map((text) => save(text)));
    await durable(store);
    await server.kill();
    await down(store);
    store.apply([forget('10.0.0.0:7071'), save('10.0.9.9:7071')]);
    await server.startAgain();
    await holds(1_000);
    expect(await peersInRedis()).not.toContain('vision:testnet:node-0:peer:10.0.0.0:7071');
    await durable(store);
  }, 30_000);

  it('writes everything again after FLUSHALL, also what it only loaded', async () => {
    server = await RedisServer.start();
    const first = open();
    await first.load();
    first.apply(manyAddresses(100).map((text) => save(text)));
    first.apply([document('anchors', 'only loaded')]);
    await durable(first);
    await first.close();
    const store = open();
    expect((await store.load()).peers.length).toBe(100);
    store.apply([document('book:snapshot', 'é'.repeat(100_000))]);
    await durable(store);
    await server.run((client) => client.flushall());
    await holds(100);
    await durable(store);
    expect(await documentInRedis('anchors')).toBe('only loaded');
    expect(await documentInRedis('book:snapshot')).toHaveLength(100_000);
  }, 30_000);

  it('writes a document again that alone was lost or cut', async () => {
    server = await RedisServer.start();
    const store = open();
    await store.load();
    store.apply([document('bans', 'é'), document('anchors', 'all of it')]);
    await durable(store);
    await server.run(async (client) => {
      await client.del('vision:testnet:node-0:bans');
      await client.set('vision:testnet:node-0:anchors', 'all');
    });
    const isBack = async (): Promise<boolean> =>
      (await documentInRedis('bans')) === 'é' && (await documentInRedis('anchors')) === 'all of it';
    await eventually(isBack, { withinMs: BACK_WITHIN_MS, what: 'both documents are back' });
    await durable(store);
  }, 30_000);

  it('passes over a key of another type in place of a document, and overwrites it', async () => {
    server = await RedisServer.start();
    await server.run((client) => client.rpush('vision:testnet:node-0:bans', 'x'));
    const store = open();
    expect(await store.load()).toEqual(EMPTY_STATE);
    store.apply([document('bans', 'text')]);
    await durable(store);
    expect(await documentInRedis('bans')).toBe('text');
  }, 30_000);

  it('writes again what a key of another type stands in place of, and stays up', async () => {
    server = await RedisServer.start();
    const store = open();
    await store.load();
    store.apply([document('bans', 'text'), document('anchors', 'others')]);
    store.apply([save('10.0.0.1:7071'), save('10.0.0.2:7071')]);
    await durable(store);
    const key = (name: string): string => `vision:testnet:node-0:${name}`;
    const names = ['bans', 'peer:10.0.0.1:7071', 'record:10.0.0.1:7071'];
    const before = await server.run((client) => client.mget(names.map(key)));
    expect(before).not.toContain(null);
    await server.run(async (client) => {
      await client.del(names.map(key));
      // The last is the key that every probe writes nothing to.
      for (const name of [...names, 'peer:']) await client.rpush(key(name), 'x');
    });
    const faults = new Set<string | undefined>();
    const isBack = async (): Promise<boolean> => {
      faults.add(store.health().detail);
      const now = await server.run((client) => client.mget(names.map(key)));
      return now.join() === before.join();
    };
    await eventually(isBack, { withinMs: BACK_WITHIN_MS, what: 'all three are back' });
    await durable(store);
    expect([...faults]).toEqual([undefined]);
  }, 30_000);

  it('says that Redis hangs, and recovers when it goes on', async () => {
    server = await RedisServer.start();
    const store = open();
    await store.load();
    await durable(store);
    server.freeze();
    store.apply([save('10.0.0.1:7071')]);
    await down(store);
    expect(store.health().pendingWrites).toBe(1);
    server.thaw();
    await holds(1);
    await durable(store);
  }, 30_000);

  it('notices without any change of its own that Redis takes no writes', async () => {
    server = await RedisServer.start();
    const store = open();
    await store.load();
    await durable(store);
    await server.run((client) => client.replicaof('127.0.0.1', 1));
    await down(store);
    expect(store.health().detail).toContain('read-only');
    store.apply([save('10.0.0.1:7071')]);
    await server.run((client) => client.replicaof('NO', 'ONE'));
    await holds(1);
  }, 30_000);

  it('waits while Redis is out of memory', async () => {
    server = await RedisServer.start();
    const store = open();
    await store.load();
    await server.run((client) => client.config('SET', 'maxmemory', '1'));
    store.apply([save('10.0.0.1:7071')]);
    await down(store);
    expect(store.health().detail).toContain('out of memory');
    await server.run((client) => client.config('SET', 'maxmemory', '0'));
    await holds(1);
  }, 30_000);

  it('works from memory with a wrong password, and never shows it', async () => {
    server = await RedisServer.start('--requirepass', 'right');
    const store = open(`redis://:canary-wrong@127.0.0.1:${server.port}`);
    expect(await store.load()).toEqual(EMPTY_STATE);
    store.apply([save('10.0.0.1:7071')]);
    await eventually(() => store.health().detail?.includes('WRONGPASS'), {
      withinMs: BACK_WITHIN_MS,
      what: 'the fault is named',
    });
    expect(JSON.stringify(store.health())).not.toMatch(/canary|127\.0\.0\.1/);
  }, 30_000);

  it('answers a load within 2 s when the server accepts and stays silent', async () => {
    server = await RedisServer.reserve();
    const sockets: Socket[] = [];
    const silent: Server = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const store = open(`redis://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    const startedAt = performance.now();
    expect(await store.load()).toEqual(EMPTY_STATE);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    const closing = performance.now();
    store.apply([save('10.0.0.1:7071')]);
    await store.close();
    expect(performance.now() - closing).toBeLessThan(2_000);
    for (const socket of sockets) socket.destroy();
    silent.close();
  }, 30_000);

  it('never touches the keys of other nodes', async () => {
    server = await RedisServer.start();
    await server.run((client) => client.set('vision:testnet:node-1:peer:10.9.9.9:7071', '1'));
    const store = open();
    expect(await store.load()).toEqual(EMPTY_STATE);
    store.apply([save('10.0.0.1:7071'), forget('10.9.9.9:7071')]);
    await durable(store);
    expect(keysOf((await open().load()).peers)).toEqual(['10.0.0.1:7071']);
    const others = await server.run((client) => client.keys('vision:testnet:node-1:*'));
    expect(others).toHaveLength(1);
  }, 30_000);
});
