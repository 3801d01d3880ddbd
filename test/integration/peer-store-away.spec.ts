import { createRedisPeerStore } from '../../src/persistence/redis-peer-store.ts';
import { eventually } from '../support/eventually.ts';
import { NodeProcess } from '../support/node-process.ts';
import { RedisServer } from '../support/redis-server.ts';
import { durable } from '../support/store-conditions.ts';
import { save } from '../support/store-samples.ts';

jest.setTimeout(60_000);

const PASSWORD = 'canary-of-the-log';
const WITHIN = { withinMs: 15_000 };
const AWAY = /WARN .*Peer store is away, working from memory reason="Redis: /g;
const BACK = /INFO .*Peer store is back/g;

describe('a Redis that goes away', () => {
  let server: RedisServer;
  afterEach(() => server.stop());

  const secretUrl = (): string => `redis://:${PASSWORD}@127.0.0.1:${server.port}/0`;

  it('is told once by a node, and once when it is back, without URL and password', async () => {
    server = await RedisServer.start('--requirepass', PASSWORD);
    const node = await NodeProcess.create({
      environment: { VISION_STORE_KIND: 'redis', VISION_STORE_REDIS_URL: secretUrl() },
    });
    try {
      await node.start();
      const count = (line: RegExp): number => node.log.match(line)?.length ?? 0;
      expect([count(AWAY), count(BACK)]).toEqual([0, 0]);
      for (const times of [1, 2]) {
        await server.kill();
        await eventually(() => count(AWAY) === times, { ...WITHIN, what: 'a warning' });
        // Several attempts to reconnect fail meanwhile.
        await new Promise((resolve) => {
          setTimeout(resolve, 3_000);
        });
        await server.startAgain();
        await eventually(() => count(BACK) === times, { ...WITHIN, what: 'the all-clear' });
        expect(count(AWAY)).toBe(times);
      }
      await node.kill('SIGTERM');
      expect([count(AWAY), count(BACK)]).toEqual([2, 2]);
      expect(node.log).not.toContain(PASSWORD);
      expect(node.log).not.toContain(`${server.port}`);
    } finally {
      await node.dispose();
    }
  });

  it('is told when it was never there, and our own goodbye is not', async () => {
    server = await RedisServer.reserve('--requirepass', PASSWORD);
    const told: (string | undefined)[] = [];
    const store = createRedisPeerStore({
      url: secretUrl(),
      keyPrefix: 'vision:',
      chainId: 'testnet',
      nodeName: 'node-0',
      onAvailability: (fault) => told.push(fault),
    });
    await store.load();
    const away = 'Redis: nothing listens at its address (ECONNREFUSED)';
    expect(told).toEqual([away]);
    await server.startAgain();
    store.apply([save('10.0.0.1:7071')]);
    await durable(store, WITHIN.withinMs);
    expect(told).toEqual([away, undefined]);
    await store.close();
    expect(told).toHaveLength(2);
  });
});
