import { AnsweringPeers } from '../../../test/support/answering-peers.ts';
import { NodeScript, publicPeerAt } from '../../../test/support/node-script.ts';
import type { ConnectionId } from '../support/brand.ts';

const range = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + i);
const script = (changes: ConstructorParameters<typeof NodeScript>[0] = {}): NodeScript =>
  new NodeScript({ peerAt: publicPeerAt, ...changes });
const MINUTE_MS = 60_000;

it('an address that others named is tested by a feeler within a minute or so, even at the maximum', () => {
  const node = script({ seeds: range(1, 20) });
  const peers = new AnsweringPeers(node, range(1, 40));
  peers.runTo(20_000);
  expect(node.snapshot().peers.outbound).toBe(16);
  const [first] = node.connections().filter((view) => view.direction === 'outbound');
  const named: string[] = range(100, 30).map((i) => publicPeerAt(i).key);
  node.send((first as { id: ConnectionId }).id, {
    type: 'peer-list',
    body: { peers: named, records: [] },
  });
  peers.runTo(20_000 + 2 * MINUTE_MS);
  const tested = node.events('dial-finished').filter((event) => event.class === 'feeler');
  expect(
    tested.length + node.connections().filter((view) => view.class === 'feeler').length,
  ).toBeGreaterThanOrEqual(1);
  expect(node.dialled().filter((key) => named.includes(key)).length).toBeGreaterThanOrEqual(1);
});

it('a clean stop leaves anchors, which the next start dials first', () => {
  const before = script({ seeds: range(1, 3) });
  new AnsweringPeers(before, range(1, 3)).runTo(5_000);
  before.feed({ kind: 'operator-command', command: { kind: 'drain' } });
  const anchors = before.document('anchors') as string;
  expect(JSON.parse(anchors)).toMatchObject({ clean: true });
  const stored = range(1, 12);
  const after = script({ stored, documents: { anchors }, limits: { spareDialsPerSecond: 1 } });
  after.runTo(1);
  const named = (JSON.parse(anchors) as { anchors: string[] }).anchors;
  expect(named).toHaveLength(2);
  expect(after.dialled().slice(0, 2)).toEqual(named);
});

it('a slot is drawn anew once an hour', () => {
  const node = script({ seeds: range(1, 20), limits: { reachBackIntervalMs: 1e9 } });
  new AnsweringPeers(node, range(1, 20)).runTo(80 * MINUTE_MS);
  const ended = node.events('disconnected').filter((event) => event.reason === 'evicted');
  expect(ended.map((event) => [event.class, event.by])).toEqual([['open', 'local']]);
  expect(node.snapshot().peers.outbound).toBe(16);
});

describe('a process that stood still', () => {
  it('reads what came meanwhile before it judges anybody', () => {
    const node = script({ seeds: range(1, 3) });
    const peers = new AnsweringPeers(node, range(1, 3));
    peers.runTo(30_000);
    node.stall(120_000);
    node.feed({ kind: 'deadline-reached' });
    expect(node.events('late')).toHaveLength(1);
    peers.runTo(node.now + 30_000);
    expect(node.events('disconnected')).toEqual([]);
  });

  it('reads it, too, when it stands still again before it has read all', () => {
    const node = script({ seeds: range(1, 3) });
    const peers = new AnsweringPeers(node, range(1, 3));
    peers.runTo(30_000);
    for (const ms of [4_000, 40_000, 40_000]) {
      node.stall(ms);
      node.feed({ kind: 'deadline-reached' });
      node.runTo(node.now + 20);
    }
    expect(node.events('late')).toHaveLength(3);
    peers.runTo(node.now + 30_000);
    expect(node.events('disconnected')).toEqual([]);
  });

  it('finds out who is gone even when it stands still all the time', () => {
    const node = script({ seeds: [1] });
    new AnsweringPeers(node, [1]).runTo(5_000);
    for (let stalls = 0; stalls < 40; stalls += 1) {
      node.stall(6_000);
      node.feed({ kind: 'deadline-reached' });
    }
    expect(node.events('disconnected').map(({ reason }) => reason)).toContain('timeout');
  });

  it('still finds out who is gone', () => {
    const node = script({ seeds: [1] });
    new AnsweringPeers(node, [1]).runTo(5_000);
    node.stall(120_000);
    node.feed({ kind: 'deadline-reached' });
    node.runTo(node.now + 60_000);
    expect(node.events('disconnected').map(({ reason }) => reason)).toEqual(['timeout']);
  });
});
