import request from 'supertest';
import { ADDRESS_STATES } from '../../src/core/address-book/address-entry.ts';
import { PEER_SOURCES } from '../../src/core/address-book/vocabulary.ts';
import { unixMillis } from '../../src/core/support/brand.ts';
import { openOperatorSurface, type OperatorSurface } from '../support/operator-surface.ts';
import { banOf, bookEntryOf, sourceOf } from '../support/stub-running-node.ts';

let surface: OperatorSurface;

beforeEach(async () => {
  surface = await openOperatorSurface();
});

afterEach(async () => {
  await surface.application.close();
});

const ask = (path: string) => request(surface.operationsUrl).get(path);

it.each(['/ops/book', '/ops/sources', '/ops/bans', '/ops/book/', '/OPS/Bans', '/ops/book?limit=1'])(
  'answers %s on the operations listener only, for every method',
  async (path) => {
    for (const method of ['get', 'head', 'post', 'delete', 'options'] as const) {
      const { status } = await request(surface.publicUrl)[method](path);
      expect([method, status]).toEqual([method, 404]);
    }
    await ask(path).expect(200);
  },
);

describe('GET /ops/book', () => {
  it('shows each entry with exactly the documented fields', async () => {
    surface.node.bookViews = [
      bookEntryOf(),
      bookEntryOf({
        address: '10.0.0.2:7071',
        source: 'stored',
        state: 'quarantined',
        table: 'tried',
        nodeId: surface.node.nodeId,
        isVerified: true,
        isElder: true,
        isAnchor: true,
        persisted: true,
        sourceGroup: '',
        nextDialInMs: Number.POSITIVE_INFINITY,
        whyNot: 'quarantined',
      }),
    ];
    const { body } = await ask('/ops/book').expect(200);
    expect(body).toEqual({
      entries: [
        {
          address: '10.0.0.1:7071',
          source: 'exchange',
          state: 'heard',
          table: 'new',
          node_id: '',
          group: '10.0.0',
          source_group: '10.0.9',
          verified: false,
          persisted: false,
          elder: false,
          anchor: false,
          failures: 2,
          last_reason: 'connection-refused',
          next_dial_in_seconds: 2,
          why_not_connected: 'backoff',
        },
        {
          address: '10.0.0.2:7071',
          source: 'stored',
          state: 'quarantined',
          table: 'tried',
          node_id: surface.node.nodeId,
          group: '10.0.0',
          source_group: '',
          verified: true,
          persisted: true,
          elder: true,
          anchor: true,
          failures: 2,
          last_reason: 'connection-refused',
          next_dial_in_seconds: null,
          why_not_connected: 'quarantined',
        },
      ],
      count: 2,
      total: 2,
      next_cursor: null,
    });
  });

  it('asks for 1000 entries unless told otherwise, and passes each filter on', async () => {
    await ask('/ops/book').expect(200);
    const cursor = encodeURIComponent('[2001:db8::1]:7071');
    await ask(`/ops/book?state=backoff&source=seed&limit=7&cursor=${cursor}`).expect(200);
    expect(surface.node.bookQueries).toEqual([
      { limit: 1_000 },
      { limit: 7, state: 'backoff', source: 'seed', cursor: '[2001:db8::1]:7071' },
    ]);
  });

  it('takes every state and every source', async () => {
    for (const state of ADDRESS_STATES) await ask(`/ops/book?state=${state}`).expect(200);
    for (const source of PEER_SOURCES) await ask(`/ops/book?source=${source}`).expect(200);
  });

  it('leads through all pages by next_cursor', async () => {
    surface.node.bookViews = [1, 2, 3].map((last) =>
      bookEntryOf({ address: `10.0.0.${last}:7071` }),
    );
    surface.node.nextCursor = '10.0.0.2:7071';
    const first = await ask('/ops/book?limit=2').expect(200);
    expect(first.body).toMatchObject({ count: 2, total: 3, next_cursor: '10.0.0.2:7071' });
    surface.node.nextCursor = undefined;
    const second = await ask(`/ops/book?limit=2&cursor=${first.body.next_cursor}`).expect(200);
    expect(second.body).toMatchObject({ count: 1, next_cursor: null });
    expect(second.body.entries[0].address).toBe('10.0.0.3:7071');
  });

  it.each([
    'limit=0',
    'limit=1001',
    'limit=5&limit=6',
    'limit[a]=5',
    'state=',
    'state=Heard',
    'state=heard&state=known',
    'state[]=heard',
    'state=constructor',
    'source=',
    'source=dns',
    'source=seed&source=seed',
    'cursor=',
    'cursor=a',
    'cursor=10.0.0.1',
    'cursor=10.0.0.1:07071',
    'cursor=NODE.example.com:7071',
    'cursor=10.0.0.1:7071&cursor=10.0.0.2:7071',
    `cursor=${'a'.repeat(8_000)}:1`,
    'cursor=10.0.0.1:7071%00',
    'cursor=..%2f..%2fetc:7071',
    'stat=heard',
  ])('refuses ?%s with the error body, without asking the node', async (query) => {
    const { status, body } = await ask(`/ops/book?${query}`);
    expect(status).toBe(400);
    expect(body).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: expect.any(String),
      code: 'invalid-parameter',
    });
    expect(surface.node.bookQueries).toEqual([]);
  });
});

describe('GET /ops/sources', () => {
  it('shows each source with exactly the documented fields', async () => {
    surface.node.sourceViews = [
      sourceOf({ addresses: ['10.0.0.1:7071', '10.0.0.2:7071'], connected: 1 }),
      sourceOf({
        source: 'http://node.example.com:7070',
        kind: 'http',
        up: false,
        readAgeMs: undefined,
        nextReadInMs: undefined,
        lastResult: 'not-read-yet',
      }),
    ];
    const { body } = await ask('/ops/sources').expect(200);
    expect(body).toEqual({
      sources: [
        {
          source: 'dns+seed.example.com:7071',
          kind: 'dns',
          up: true,
          last_read_seconds_ago: 12,
          next_read_in_seconds: 48,
          last_result: 'ok',
          failures: 0,
          addresses: ['10.0.0.1:7071', '10.0.0.2:7071'],
          address_count: 2,
          connected: 1,
        },
        {
          source: 'http://node.example.com:7070',
          kind: 'http',
          up: false,
          last_read_seconds_ago: null,
          next_read_in_seconds: null,
          last_result: 'not-read-yet',
          failures: 0,
          addresses: [],
          address_count: 0,
          connected: 0,
        },
      ],
      count: 2,
    });
  });

  it('lists at most 100 addresses of a source, and counts all', async () => {
    const addresses = Array.from({ length: 256 }, (_, i) => `10.0.0.${i}:7071`);
    surface.node.sourceViews = [sourceOf({ addresses })];
    const { body } = await ask('/ops/sources').expect(200);
    expect(body.sources[0].addresses).toEqual(addresses.slice(0, 100));
    expect(body.sources[0].address_count).toBe(256);
  });
});

describe('GET /ops/bans', () => {
  it('shows each ban with exactly the documented fields', async () => {
    const since = Date.now() - 1_000;
    surface.node.banViews = [
      banOf({ sinceUnixMs: unixMillis(since), untilUnixMs: unixMillis(since + 61_000) }),
    ];
    const { body } = await ask('/ops/bans').expect(200);
    expect(body).toEqual({
      bans: [
        {
          id: 'ef'.repeat(20),
          kind: 'node-id',
          reason: 'spam',
          by: 'operator',
          since: new Date(since).toISOString(),
          until: new Date(since + 61_000).toISOString(),
          remaining_seconds: expect.any(Number),
          count: 1,
        },
      ],
      count: 1,
    });
    expect(body.bans[0].remaining_seconds).toBeLessThanOrEqual(60);
    expect(body.bans[0].remaining_seconds).toBeGreaterThan(50);
  });

  it('shows one that has just ended, or that ends after all calendars', async () => {
    surface.node.banViews = [
      banOf({ untilUnixMs: unixMillis(0) }),
      banOf({ untilUnixMs: unixMillis(Number.MAX_SAFE_INTEGER) }),
    ];
    const { body } = await ask('/ops/bans').expect(200);
    expect(body.bans[0].remaining_seconds).toBe(0);
    expect(body.bans[1].until).toBe('+275760-09-13T00:00:00.000Z');
  });
});
