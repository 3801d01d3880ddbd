import { SeededRandom } from '../../core/support/random-source.ts';
import { DEFAULT_ATTACK_PLAN, HOUR_MS } from '../attack/attack-plan.ts';
import { HonestPopulation } from '../attack/honest-population.ts';
import { BaselineNetwork } from './baseline-network.ts';
import { runBaseline } from './baseline-run.ts';
import { BucketTables } from './bucket-tables.ts';
import { FlatList } from './flat-list.ts';

const PLAN = { ...DEFAULT_ATTACK_PLAN, attackMs: 2 * HOUR_MS };
const NOBODY = { ...PLAN, addresses: 1, groups: 1, gossip: 0 };

function network(): BaselineNetwork {
  return new BaselineNetwork(PLAN, new HonestPopulation(1, PLAN.honest), new SeededRandom(1, 7));
}

describe('a flat list', () => {
  it('holds no more than its capacity, and draws every address alike', () => {
    const list = new FlatList(new SeededRandom(1));
    for (let peer = 0; peer < 30_000; peer += 1) list.hear(peer);
    expect([...list.trusted()].length).toBe(20_480);
    const early = Array.from({ length: 4_000 }, () => Number(list.pick())).filter(
      (peer) => peer >= 20_000,
    );
    expect(early.length).toBeGreaterThan(1_200);
  });

  it('drops what has failed three times', () => {
    const list = new FlatList(new SeededRandom(1));
    for (const peer of [1, 2, 3]) list.hear(peer);
    for (let i = 0; i < 3; i += 1) list.fail(2);
    expect([...list.trusted()].toSorted((a, b) => a - b)).toEqual([1, 3]);
  });
});

describe('bucket tables', () => {
  it('trust only what was reached, and keep a holder that still answers', () => {
    const net = network();
    const tables = new BucketTables(net, new SeededRandom(2));
    for (let index = 0; index < 4_096; index += 1) {
      const peer = net.attacker(index);
      tables.hear(peer, net.groupOf(peer));
    }
    expect([...tables.trusted()]).toEqual([]);
    for (let index = 0; index < 4_096; index += 1) tables.succeed(net.attacker(index), 0);
    const trusted = [...tables.trusted()];
    // 16 groups reach 8 of 256 buckets each.
    expect(trusted.length).toBeGreaterThan(500);
    expect(trusted.length).toBeLessThanOrEqual(16 * 8 * 64);
    expect(trusted.every((peer) => net.isAttacker(peer))).toBe(true);
  });

  it('let one source group into a part of the new table alone', () => {
    const net = network();
    const tables = new BucketTables(net, new SeededRandom(3));
    for (let index = 0; index < 4_096; index += 1) tables.hear(net.attacker(index), 1);
    const drawn = new Set(Array.from({ length: 5_000 }, () => tables.pick(0)));
    expect(drawn.size).toBeLessThanOrEqual(64 * 64);
    expect(drawn.size).toBeGreaterThan(100);
  });
});

describe.each(['flat-list', 'bucket-tables'] as const)('a node of nothing but a %s', (name) => {
  it('is connected to honest peers while nobody attacks', () => {
    const result = runBaseline(name, NOBODY, { seed: 1, restarts: 50 });
    expect(result.eclipsed).toBe(0);
    expect(result.outboundShare).toBeLessThan(0.1);
    expect(result.triedEntries).toBeGreaterThan(30);
  });

  it('gives way to 4,096 addresses, more after a restart than before', () => {
    const result = runBaseline(name, PLAN, { seed: 1, restarts: 50 });
    expect(result.outboundShare).toBeGreaterThan(0.05);
    expect(result.outboundShare).toBeGreaterThan(result.outboundShareBefore);
    expect(runBaseline(name, PLAN, { seed: 1, restarts: 50 })).toEqual(result);
  });
});
