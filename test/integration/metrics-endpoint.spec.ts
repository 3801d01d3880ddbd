import request from 'supertest';
import type { NodeEvent } from '../../src/core/node/events.ts';
import { ADDRESS_REFUSALS } from '../../src/core/address-book/vocabulary.ts';
import { CONNECTION_CLASSES } from '../../src/core/session/connection.ts';
import { LIMIT_NAMES } from '../../src/core/support/limits.ts';
import { connectionId } from '../../src/core/support/brand.ts';
import {
  banOf,
  bookEntryOf,
  connectionViewOf,
  NODE_ID,
  snapshotOf,
  sourceOf,
} from '../support/stub-running-node.ts';
import { openOperatorSurface, type OperatorSurface } from '../support/operator-surface.ts';

let surface: OperatorSurface;

beforeEach(async () => {
  surface = await openOperatorSurface();
});

afterEach(async () => {
  await surface.application.close();
});

async function scrape(url = surface.operationsUrl): Promise<string> {
  const { text, headers } = await request(url).get('/metrics').expect(200);
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  return text;
}

function valueOf(text: string, series: string): number | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

const seriesOf = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.slice(0, line.lastIndexOf(' ')))
    .sort();

const established = (): NodeEvent => ({
  kind: 'connection-established',
  connectionId: connectionId(2),
  direction: 'outbound',
  class: 'open',
  peer: '127.0.0.1:7171',
  nodeId: NODE_ID,
  scope: 'loopback',
  handshakeMs: 20,
  agent: 'x',
});

it('has the names of the contract from the first scrape', async () => {
  const text = await scrape();
  const names = new Set(
    text.split('\n').flatMap((line) => /^# TYPE (\S+) (\S+)/.exec(line)?.slice(1).join(' ') ?? []),
  );
  for (const name of [
    'vision_p2p_peers_connected gauge',
    'vision_p2p_announces_received counter',
    'vision_p2p_dupes_dropped counter',
    'vision_p2p_connections gauge',
    'vision_p2p_dials_total counter',
    'vision_p2p_disconnects_total counter',
    'vision_p2p_handshake_rejections_total counter',
    'vision_p2p_handshake_seconds histogram',
    'vision_p2p_messages_total counter',
    'vision_p2p_bytes_total counter',
    'vision_p2p_address_book_entries gauge',
    'vision_p2p_address_book_groups gauge',
    'vision_p2p_source_up gauge',
    'vision_p2p_bans gauge',
    'vision_p2p_addresses_refused_total counter',
    'vision_p2p_persisted_peers gauge',
    'vision_p2p_ping_seconds histogram',
    'vision_p2p_limit_hits_total counter',
    'vision_p2p_state gauge',
    'vision_p2p_time_to_first_peer_seconds gauge',
    'vision_p2p_time_to_min_outbound_seconds gauge',
    'vision_store_up gauge',
    'vision_store_pending_writes gauge',
    'vision_store_write_seconds histogram',
    'process_cpu_seconds_total counter',
    'process_resident_memory_bytes gauge',
    'nodejs_eventloop_lag_p99_seconds gauge',
  ]) {
    expect(names).toContain(name);
  }
});

it('shows what the node says of itself', async () => {
  surface.node.current = snapshotOf({ state: 'connected' });
  surface.node.connectionViews = [
    connectionViewOf(),
    connectionViewOf({ id: connectionId(4) }),
    connectionViewOf({ id: connectionId(6), state: 'handshaking' }),
  ];
  surface.node.store = { up: true, pendingWrites: 2 };
  surface.node.storeWrote(0.002);
  const text = await scrape();
  expect(valueOf(text, 'vision_p2p_peers_connected')).toBe(3);
  expect(
    valueOf(text, 'vision_p2p_connections{direction="outbound",scope="loopback",class="open"}'),
  ).toBe(2);
  expect(valueOf(text, 'vision_p2p_address_book_entries{table="tried"}')).toBe(3);
  expect(valueOf(text, 'vision_p2p_persisted_peers')).toBe(3);
  expect(valueOf(text, 'vision_p2p_messages_total{direction="received",type="ping"}')).toBe(4);
  expect(valueOf(text, 'vision_p2p_bytes_total{direction="sent"}')).toBe(200);
  expect(valueOf(text, 'vision_p2p_state{state="connected"}')).toBe(1);
  expect(valueOf(text, 'vision_p2p_state{state="offline"}')).toBe(0);
  expect(valueOf(text, 'vision_store_up')).toBe(1);
  expect(valueOf(text, 'vision_store_pending_writes')).toBe(2);
  expect(valueOf(text, 'vision_store_write_seconds_count')).toBe(1);
  surface.node.connectionViews = [];
  const later = await scrape();
  expect(
    valueOf(later, 'vision_p2p_connections{direction="outbound",scope="loopback",class="open"}'),
  ).toBe(0);
  expect(valueOf(later, 'vision_p2p_bytes_total{direction="sent"}')).toBe(200);
});

it('shows which kinds of sources are up, the groups of the book, and the bans', async () => {
  surface.node.sourceViews = [
    sourceOf({ source: 'dns+a.example.com:1', up: false }),
    sourceOf({ source: 'dns+b.example.com:1' }),
    sourceOf({ source: 'http://c.example.com:1', kind: 'http', up: false }),
  ];
  surface.node.banViews = [banOf(), banOf({ id: '10.0.0.1', kind: 'host' })];
  const text = await scrape();
  const up = (source: string) => valueOf(text, `vision_p2p_source_up{source="${source}"}`);
  expect(up('dns')).toBe(1);
  for (const source of ['stored', 'peer', 'address', 'dnssrv', 'http', 'exchange']) {
    expect([source, up(source)]).toEqual([source, 0]);
  }
  expect(valueOf(text, 'vision_p2p_address_book_groups{table="new"}')).toBe(2);
  expect(valueOf(text, 'vision_p2p_address_book_groups{table="tried"}')).toBe(1);
  expect(valueOf(text, 'vision_p2p_bans')).toBe(2);
  surface.node.sourceViews = [];
  surface.node.banViews = [];
  const later = await scrape();
  expect(valueOf(later, 'vision_p2p_source_up{source="dns"}')).toBe(0);
  expect(valueOf(later, 'vision_p2p_bans')).toBe(0);
});

it('counts refused addresses and met limits by every code that there is, and no other', async () => {
  for (const reason of ADDRESS_REFUSALS) {
    surface.events.observe({ kind: 'address-refused', address: 'x"\n:1', reason }, 0);
  }
  for (const limit of LIMIT_NAMES) surface.events.observe({ kind: 'limit-hit', limit }, 0);
  for (const cls of CONNECTION_CLASSES) {
    surface.node.connectionViews.push(connectionViewOf({ class: cls }));
  }
  const text = await scrape();
  const countOf = (name: string): number =>
    seriesOf(text).filter((series) => series.startsWith(`${name}{`)).length;
  for (const reason of ADDRESS_REFUSALS) {
    expect(valueOf(text, `vision_p2p_addresses_refused_total{reason="${reason}"}`)).toBe(1);
  }
  for (const limit of LIMIT_NAMES) {
    expect(valueOf(text, `vision_p2p_limit_hits_total{limit="${limit}"}`)).toBe(1);
  }
  for (const cls of CONNECTION_CLASSES) {
    const labels = `direction="outbound",scope="loopback",class="${cls}"`;
    expect(valueOf(text, `vision_p2p_connections{${labels}}`)).toBe(1);
  }
  expect(countOf('vision_p2p_addresses_refused_total')).toBe(ADDRESS_REFUSALS.length);
  expect(countOf('vision_p2p_limit_hits_total')).toBe(LIMIT_NAMES.length);
});

it('counts what the node reports', async () => {
  const { observe } = surface.events;
  const at = Date.now() + 2_000;
  observe(established(), at);
  for (let i = 0; i < 7; i += 1) observe(established(), at + 1_000);
  observe({ kind: 'announcement-received', type: 'block', duplicate: false, hash: '' }, at);
  observe({ kind: 'announcement-received', type: 'block', duplicate: true, hash: '' }, at);
  observe({ kind: 'announcement-received', type: 'transaction', duplicate: true, hash: '' }, at);
  observe({ kind: 'limit-hit', limit: 'frame-bytes', peer: '10.0.0.1:1' }, at);
  observe({ kind: 'ping-measured', connectionId: connectionId(2), rttMs: 3 }, at);
  observe(
    {
      kind: 'dial-finished',
      address: 'a:1',
      source: 'seed',
      class: 'open',
      outcome: 'connection-refused',
    },
    at,
  );
  observe(
    {
      kind: 'handshake-rejected',
      direction: 'inbound',
      peer: 'a:1',
      reason: 'genesis-mismatch',
      by: 'local',
    },
    at,
  );
  const text = await scrape();
  expect(valueOf(text, 'vision_p2p_announces_received')).toBe(2);
  expect(valueOf(text, 'vision_p2p_dupes_dropped')).toBe(1);
  expect(valueOf(text, 'vision_p2p_limit_hits_total{limit="frame-bytes"}')).toBe(1);
  expect(valueOf(text, 'vision_p2p_ping_seconds_count')).toBe(1);
  expect(valueOf(text, 'vision_p2p_handshake_seconds_count')).toBe(8);
  expect(valueOf(text, 'vision_p2p_dials_total{source="seed",outcome="connection-refused"}')).toBe(
    1,
  );
  expect(
    valueOf(
      text,
      'vision_p2p_handshake_rejections_total{direction="inbound",reason="genesis-mismatch"}',
    ),
  ).toBe(1);
  expect(valueOf(text, 'vision_p2p_time_to_first_peer_seconds')).toBeCloseTo(2, 0);
  expect(valueOf(text, 'vision_p2p_time_to_min_outbound_seconds')).toBeCloseTo(3, 0);
});

it('has the same series after a hostile flood, and stays under 100 KB and 50 ms', async () => {
  await scrape();
  const before = seriesOf(await scrape());
  for (let i = 0; i < 20_000; i += 1) {
    surface.events.observe(
      {
        kind: 'handshake-rejected',
        direction: 'inbound',
        peer: `10.0.${i % 256}.1:${i}`,
        reason: 'malformed',
        by: 'local',
        got: `${i}"\n`,
      },
      Date.now(),
    );
  }
  surface.node.sourceViews = Array.from({ length: 1_000 }, (_, i) =>
    sourceOf({ source: `dns+${i}.example.com:7071` }),
  );
  surface.node.banViews = Array.from({ length: 20_000 }, (_, i) => banOf({ id: `${i}"\n` }));
  surface.node.bookViews = Array.from({ length: 20_000 }, (_, i) =>
    bookEntryOf({ group: `${i}"\n`, lastReason: `${i}` }),
  );
  let text = '';
  let elapsedMs = Number.POSITIVE_INFINITY;
  // The fastest of a few: the machine may have other work, the code is the same.
  for (let turn = 0; turn < 5; turn += 1) {
    const started = performance.now();
    text = await scrape();
    elapsedMs = Math.min(elapsedMs, performance.now() - started);
  }
  expect(seriesOf(text)).toEqual(before);
  expect(text.length).toBeLessThan(100_000);
  expect(elapsedMs).toBeLessThan(50);
});

it('has each name once and each series once', async () => {
  const text = await scrape();
  const types = text.split('\n').filter((line) => line.startsWith('# TYPE'));
  expect(new Set(types).size).toBe(types.length);
  const series = seriesOf(text);
  expect(new Set(series).size).toBe(series.length);
});

it('keeps two applications in one process apart', async () => {
  const other = await openOperatorSurface();
  try {
    surface.events.observe(established(), Date.now());
    expect(valueOf(await scrape(), 'vision_p2p_handshake_seconds_count')).toBe(1);
    expect(valueOf(await scrape(other.operationsUrl), 'vision_p2p_handshake_seconds_count')).toBe(
      0,
    );
  } finally {
    await other.application.close();
  }
});

it('answers on both listeners, and on operations only when the public one is not to show it', async () => {
  await scrape(surface.publicUrl);
  const hidden = await openOperatorSurface({ exposeMetrics: false });
  try {
    await request(hidden.publicUrl).get('/metrics').expect(404);
    await scrape(hidden.operationsUrl);
  } finally {
    await hidden.application.close();
  }
});
