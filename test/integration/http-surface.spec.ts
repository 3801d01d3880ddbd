import request from 'supertest';
import { connectionViewOf, NODE_ID, snapshotOf } from '../support/stub-running-node.ts';
import { openOperatorSurface, type OperatorSurface } from '../support/operator-surface.ts';

let surface: OperatorSurface;

beforeEach(async () => {
  surface = await openOperatorSurface();
});

afterEach(async () => {
  await surface.application.close();
});

const notFound = {
  statusCode: 404,
  error: 'Not Found',
  message: 'nothing is here on this listener',
  code: 'not-found',
};

describe('GET /p2p/peers', () => {
  it('answers exactly peers and count, on both listeners', async () => {
    surface.node.peerList = ['10.0.0.1:7071', 'node.example.com:7071'];
    for (const url of [surface.publicUrl, surface.operationsUrl]) {
      const { status, body, headers, text } = await request(url).get('/p2p/peers');
      expect(status).toBe(200);
      expect(text).toBe('{"peers":["10.0.0.1:7071","node.example.com:7071"],"count":2}');
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      expect(body.count).toBe(2);
    }
  });

  it('asks for 1000 verified peers unless told otherwise', async () => {
    await request(surface.operationsUrl).get('/p2p/peers').expect(200);
    await request(surface.operationsUrl).get('/p2p/peers?limit=7&state=connected').expect(200);
    expect(surface.node.queries).toEqual([
      { state: 'verified', limit: 1_000 },
      { state: 'connected', limit: 7 },
    ]);
  });

  it.each(['1', '10', '999', '1000'])('takes limit=%s', async (limit) => {
    await request(surface.operationsUrl).get(`/p2p/peers?limit=${limit}`).expect(200);
  });

  it.each([
    'limit=0',
    'limit=1001',
    'limit=-1',
    'limit=1.5',
    'limit=1e2',
    'limit=%2B5',
    'limit=05',
    'limit=',
    'limit=ten',
    'limit=5&limit=6',
    'limit[]=5',
    'limit[a]=5',
    'state=',
    'state=all',
    'state=Verified',
    'state=connected&state=connected',
    'sate=connected',
    'limit=%0A5',
    'limit=5%0A',
    'constructor=1',
    '__proto__=1',
    'toString=1',
    'limit=5&hasOwnProperty=1',
  ])('refuses ?%s with the error body', async (query) => {
    const { status, body } = await request(surface.operationsUrl).get(`/p2p/peers?${query}`);
    expect(status).toBe(400);
    expect(body).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: expect.any(String),
      code: 'invalid-parameter',
    });
    expect(surface.node.queries).toEqual([]);
  });

  it('holds one address to 5 at once on the public listener only', async () => {
    const answers = [];
    for (let i = 0; i < 14; i += 1) {
      answers.push(await request(surface.publicUrl).get('/p2p/peers'));
    }
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(7);
    expect(refused[0]?.body).toMatchObject({ statusCode: 429, code: 'rate-limited' });
    expect(refused[0]?.headers['retry-after']).toBe('1');
    await request(surface.operationsUrl).get('/p2p/peers').expect(200);
    await request(surface.publicUrl).get('/p2p/status').expect(200);
  });
});

describe('GET /p2p/status', () => {
  it('has exactly the documented fields', async () => {
    surface.node.current = snapshotOf({ state: 'connected' });
    for (const url of [surface.publicUrl, surface.operationsUrl]) {
      const { body } = await request(url).get('/p2p/status').expect(200);
      expect(body).toEqual({
        node_id: NODE_ID,
        agent: 'vision-node/0.1.0',
        protocol_version: 1,
        chain_id: 'testnet',
        genesis_hash: '00'.repeat(32),
        state: 'connected',
        peers: { inbound: 1, outbound: 2 },
        uptime_seconds: 12,
      });
    }
  });
});

describe('operations paths', () => {
  it.each([
    '/ops/connections',
    '/ops/book',
    '/ops/sources',
    '/ops/bans',
    '/OPS/Connections',
    '/ops/connections/',
    '/docs',
    '/',
  ])('answers 404 for %s on the public listener, whatever headers say', async (path) => {
    const { status, body } = await request(surface.publicUrl)
      .get(path)
      .set('Host', `localhost:${surface.operationsPort}`)
      .set('X-Forwarded-Port', String(surface.operationsPort));
    expect(status).toBe(404);
    expect(body).toEqual(notFound);
  });

  it('lists connections with every documented field', async () => {
    surface.node.connectionViews = [connectionViewOf()];
    const { body } = await request(surface.operationsUrl).get('/ops/connections').expect(200);
    expect(body.count).toBe(1);
    expect(body.connections[0]).toEqual({
      id: 2,
      node_id: 'cd'.repeat(20),
      address: '127.0.0.1:7171',
      remote: '127.0.0.1:7171',
      direction: 'outbound',
      class: 'open',
      state: 'established',
      scope: 'loopback',
      security: 'plain',
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      age_seconds: 61,
      round_trip_ms: 1.5,
      bytes: { received: 10, sent: 20 },
      messages: { received: { hello: 1 }, sent: { hello: 1 } },
      score: 0,
      agent: 'vision-node/0.1.0',
      zone: 'a',
      heard_addresses: { listen: ['127.0.0.1:7171'], observed: '127.0.0.1:50000' },
    });
    expect(Date.now() - Date.parse(body.connections[0].since)).toBeGreaterThanOrEqual(61_500);
  });

  it('shows a round trip that was never measured as null, and hostile text as plain JSON text', async () => {
    const agent = '</script>\u2028"\n\u0000';
    surface.node.connectionViews = [connectionViewOf({ rttMs: undefined, agent })];
    const { body } = await request(surface.operationsUrl).get('/ops/connections').expect(200);
    expect(body.connections[0]).toMatchObject({ round_trip_ms: null, agent });
  });
});

describe('every answer', () => {
  it('has the error body for a path or method that nobody serves', async () => {
    for (const url of [surface.publicUrl, surface.operationsUrl]) {
      expect((await request(url).get('/nothing')).body).toEqual(notFound);
      expect((await request(url).post('/p2p/peers').send({})).body).toEqual(notFound);
      expect((await request(url).delete('/p2p/peers')).status).toBe(404);
    }
  });

  it('tells nothing of the software and is not sniffed or stored', async () => {
    const { headers } = await request(surface.publicUrl).get('/p2p/status');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('etag');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  });

  it('reports a fault of ours in the log and not to the client', async () => {
    surface.node.snapshot = () => {
      throw new Error('secret inside');
    };
    const { status, body, text } = await request(surface.publicUrl).get('/p2p/status');
    expect(status).toBe(500);
    expect(body).toMatchObject({ statusCode: 500, code: 'internal-error' });
    expect(text).not.toContain('secret');
    const line = surface.logged.find(({ level }) => level === 'error');
    expect(line?.message).toBe('Request failed');
    expect(line?.fields?.['detail']).toContain('secret inside');
  });
});

describe('Host header on the operations listener', () => {
  it.each(['localhost', 'localhost:7072', '127.0.0.1:1', '[::1]:7072', 'LOCALHOST'])(
    'accepts %s',
    async (host) => {
      await request(surface.operationsUrl).get('/p2p/status').set('Host', host).expect(200);
    },
  );

  it.each(['evil.example.com', 'localhost.evil.com', '127.0.0.1.evil.com', '10.0.0.1', '[::2]'])(
    'refuses %s while bound to loopback',
    async (host) => {
      const { status, body } = await request(surface.operationsUrl)
        .get('/ops/connections')
        .set('Host', host);
      expect(status).toBe(421);
      expect(body).toMatchObject({ statusCode: 421, code: 'host-not-allowed' });
    },
  );

  it.each(['::ffff:127.0.0.1', '0:0:0:0:0:0:0:1', '127.1', 'LOCALHOST'])(
    'is checked while bound to %s',
    async (opsHost) => {
      const spelt = await openOperatorSurface({ opsHost });
      const host = opsHost.startsWith('0:')
        ? '[::1]'
        : opsHost === 'LOCALHOST'
          ? 'localhost'
          : '127.0.0.1';
      const url = `http://${host}:${spelt.operationsPort}`;
      try {
        await request(url).get('/p2p/status').set('Host', 'evil.example.com').expect(421);
        await request(url).get('/p2p/status').set('Host', 'localhost').expect(200);
      } finally {
        await spelt.application.close();
      }
    },
  );

  it('accepts any name on the public listener, and on operations bound to all addresses', async () => {
    await request(surface.publicUrl).get('/p2p/status').set('Host', 'node.example.com').expect(200);
    const pod = await openOperatorSurface({ opsHost: '0.0.0.0' });
    try {
      await request(pod.operationsUrl)
        .get('/ops/connections')
        .set('Host', 'vision-0.vision-headless:7072')
        .expect(200);
    } finally {
      await pod.application.close();
    }
  });
});
