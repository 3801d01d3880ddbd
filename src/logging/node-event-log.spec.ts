import { LOG_LIMITS } from '../core/support/surface-limits.ts';
import type { NodeEvent } from '../core/node/events.ts';
import { connectionId, unixMillis, type NodeId } from '../core/support/brand.ts';
import { createNodeEventLog, logNodeEvent } from './node-event-log.ts';
import { RemoteLineLimit } from './remote-line-limit.ts';
import { StreamLogger } from './stream-logger.ts';

const { linesPerRemotePerSecond: LINES_PER_SECOND_MAX, remotesMax: REMOTES_MAX } = LOG_LIMITS;

const NODE_ID = 'ab'.repeat(20) as NodeId;

interface Written {
  readonly log: StreamLogger;
  readonly lines: string[];
}

function capture(level: 'debug' | 'info'): Written {
  const lines: string[] = [];
  const write = (line: string): void => {
    lines.push(line.slice('2026-11-23T06:00:00.000Z '.length, -1));
  };
  return { lines, log: new StreamLogger({ level, format: 'text', write, wallClock: () => 0 }) };
}

function linesOf(event: NodeEvent): string[] {
  const { log, lines } = capture('debug');
  logNodeEvent(log, event);
  return lines;
}

const established = (
  direction: 'inbound' | 'outbound',
  connectionClass: 'open' | 'operator' | 'feeler' | 'surplus',
): NodeEvent => ({
  kind: 'connection-established',
  connectionId: connectionId(2),
  direction,
  class: connectionClass,
  peer: 'node1.example.com:7071',
  nodeId: NODE_ID,
  scope: 'public',
  handshakeMs: 3,
  agent: 'evil"\n',
});

const rejected = (
  over: Partial<Extract<NodeEvent, { kind: 'handshake-rejected' }>>,
): NodeEvent => ({
  kind: 'handshake-rejected',
  direction: 'inbound',
  peer: '10.0.0.1:5000',
  reason: 'genesis-mismatch',
  by: 'local',
  ...over,
});

describe('the lines of a node', () => {
  test.each<[NodeEvent, string]>([
    [{ kind: 'peers-loaded', count: 5 }, 'INFO  Loaded 5 persisted peers from database'],
    [{ kind: 'mesh-joined', reason: 'connected' }, 'INFO  Joined the mesh reason=connected'],
    [
      { kind: 'mesh-joined', reason: 'network-of-one' },
      'INFO  Ready without peers reason=network-of-one explanation="no source names anybody else and no peer is stored: this node is the first"',
    ],
    [
      { kind: 'mesh-joined', reason: 'all-candidates-silent' },
      'WARN  Ready without peers reason=all-candidates-silent explanation="no known address has answered: GET /ops/book tells why for each"',
    ],
    [
      { kind: 'dials-started', attemptingConnections: 3 },
      'INFO  Attempting to establish outbound connections attempting_connections=3',
    ],
    [
      established('outbound', 'open'),
      'INFO  Successfully established outbound connection peer="node1.example.com:7071"',
    ],
    [
      established('outbound', 'operator'),
      'INFO  Successfully established outbound connection peer="node1.example.com:7071"',
    ],
    [
      { kind: 'peer-list-received', peer: 'node1.example.com:7071', peerCount: 12 },
      'INFO  Received peer list from peer peer="node1.example.com:7071" peer_count=12',
    ],
    [
      rejected({ expected: 'd646', got: 'ab' }),
      'WARN  Handshake rejected peer="10.0.0.1:5000" reason=genesis-mismatch expected="d646" got="ab"',
    ],
    [
      rejected({ by: 'remote', reason: 'chain-id-mismatch', detail: 'no\nway' }),
      'WARN  Handshake rejected peer="10.0.0.1:5000" reason=chain-id-mismatch by=remote detail="no\\u000away"',
    ],
  ])('%j', (event, expected) => {
    expect(linesOf(event)).toEqual([expected]);
  });

  test('no seeds is a warning that names --peer', () => {
    const [line] = linesOf({ kind: 'no-seeds-configured' });
    expect(line).toMatch(/^WARN {2}No seed peers configured hint=".*--peer HOST:PORT.*"$/);
  });

  test('a feeler is never told as an established outbound connection', () => {
    expect(linesOf(established('outbound', 'feeler'))[0]).toMatch(
      /^DEBUG Established short connection /,
    );
    expect(linesOf(established('inbound', 'open'))[0]).toMatch(
      /^INFO {2}Accepted inbound connection .*agent="evil\\"\\u000a"$/,
    );
  });

  test.each([
    'self-connection',
    'duplicate-connection',
    'feeler-done',
    'too-many-peers',
    'foreign-protocol',
  ] as const)('%s is ordinary life', (reason) => {
    expect(linesOf(rejected({ reason }))[0]).toMatch(/^DEBUG /);
  });

  test('pings are not logged', () => {
    expect(linesOf({ kind: 'ping-measured', connectionId: connectionId(1), rttMs: 1 })).toEqual([]);
  });
});

describe('one remote', () => {
  test('causes at most ten lines in any second, from whatever port, and the rest are counted', () => {
    const { log, lines } = capture('info');
    let heldBack = 0;
    const listener = createNodeEventLog(log, () => (heldBack += 1));
    for (let i = 0; i < 500; i += 1) {
      listener(rejected({ peer: `10.0.0.1:${i}` }), unixMillis(1_000_900 + i));
    }
    expect(lines).toHaveLength(LINES_PER_SECOND_MAX);
    listener({ kind: 'peers-loaded', count: 0 }, unixMillis(1_003_000));
    expect(lines.at(-2)).toBe('WARN  Log lines suppressed remote="10.0.0.1" suppressed=495');
    expect(heldBack).toBe(495);
  });

  test('does not silence another', () => {
    const { log, lines } = capture('info');
    const listener = createNodeEventLog(log);
    for (let i = 0; i < 20; i += 1) listener(rejected({}), unixMillis(1_000));
    listener(rejected({ peer: '10.0.0.2:1' }), unixMillis(1_000));
    expect(lines.at(-1)).toContain('10.0.0.2:1');
  });

  test('is not charged for lines below the level', () => {
    const { log, lines } = capture('info');
    const listener = createNodeEventLog(log);
    for (let i = 0; i < 20; i += 1)
      listener(rejected({ reason: 'too-many-peers' }), unixMillis(1_000));
    listener(rejected({}), unixMillis(1_000));
    expect(lines).toHaveLength(1);
  });

  test('peers that we dial on many ports of one host are each told', () => {
    const { log, lines } = capture('info');
    const listener = createNodeEventLog(log);
    for (let port = 1; port <= 16; port += 1) {
      const event = { ...established('outbound', 'open'), peer: `127.0.0.1:${port}` } as NodeEvent;
      listener(event, unixMillis(1_000));
    }
    expect(lines).toHaveLength(16);
  });
});

describe('RemoteLineLimit', () => {
  test('slides: any second holds at most the maximum', () => {
    const limit = new RemoteLineLimit();
    const admitted: number[] = [];
    for (let at = 0; at < 5_000; at += 7) if (limit.admits('a', at)) admitted.push(at);
    for (const start of admitted) {
      const inSecond = admitted.filter((at) => at >= start && at < start + 1_000);
      expect(inSecond.length).toBeLessThanOrEqual(LINES_PER_SECOND_MAX);
    }
    expect(admitted.length).toBeGreaterThanOrEqual(4 * LINES_PER_SECOND_MAX);
  });

  test.each([
    [LINES_PER_SECOND_MAX - 1, 999, true],
    [LINES_PER_SECOND_MAX, 999, false],
    [LINES_PER_SECOND_MAX, 1_000, true],
    [LINES_PER_SECOND_MAX + 1, 1_000, true],
  ])('after %d lines at once another one after %d ms is written: %p', (lines, ms, isWritten) => {
    const limit = new RemoteLineLimit();
    const written = Array.from({ length: lines }, () => limit.admits('a', 0)).filter(Boolean);
    expect(written).toHaveLength(Math.min(lines, LINES_PER_SECOND_MAX));
    expect(limit.admits('a', ms)).toBe(isWritten);
  });

  test('reports a flood that goes on', () => {
    const limit = new RemoteLineLimit();
    let reported = 0;
    for (let at = 0; at < 25_000; at += 10) {
      limit.admits('a', at);
      reported += limit.report(at).length;
    }
    expect(reported).toBe(2);
  });

  test('remembers a bounded number of remotes', () => {
    const limit = new RemoteLineLimit();
    for (let i = 0; i < 3 * REMOTES_MAX; i += 1) {
      for (let n = 0; n < 10; n += 1) limit.admits(`r${i}`, 0);
    }
    expect(limit.report(100_000)).toHaveLength(REMOTES_MAX);
    expect(limit.report(200_000)).toEqual([]);
  });

  test('goes on when the clock steps back', () => {
    const limit = new RemoteLineLimit();
    for (let i = 0; i < 20; i += 1) limit.admits('a', 1_000_000);
    expect(limit.admits('a', 0)).toBe(true);
  });
});

test('a source that stays away is told once', () => {
  const { log, lines } = capture('info');
  const listener = createNodeEventLog(log);
  const read = (result: 'ok' | 'no-answer'): NodeEvent => ({
    kind: 'source-read',
    source: 'dns+peers.example.com:7071',
    result,
    addresses: 0,
  });
  for (let i = 0; i < 5; i += 1) listener(read('no-answer'), unixMillis(i * 5_000));
  listener(read('ok'), unixMillis(30_000));
  listener(read('no-answer'), unixMillis(35_000));
  expect(lines).toHaveLength(2);
});

test('a seed that cannot be reached is told once, and again when the reason changes', () => {
  const { log, lines } = capture('info');
  const listen = createNodeEventLog(log);
  const dial = (
    source: 'seed' | 'exchange',
    outcome: 'connection-refused' | 'dial-timeout' | 'connected' | 'self-connection',
  ): void =>
    listen(
      { kind: 'dial-finished', address: 'seed.example:7071', source, class: 'open', outcome },
      unixMillis(0),
    );
  dial('exchange', 'connection-refused');
  for (let i = 0; i < 3; i += 1) dial('seed', 'connection-refused');
  dial('seed', 'dial-timeout');
  dial('seed', 'connected');
  dial('seed', 'self-connection');
  dial('seed', 'dial-timeout');
  const told = (reason: string): string =>
    `WARN  Could not connect, trying again peer="seed.example:7071" source=seed reason=${reason}`;
  expect(lines).toEqual([told('connection-refused'), told('dial-timeout'), told('dial-timeout')]);
});
