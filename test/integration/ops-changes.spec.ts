import request from 'supertest';
import { openOperatorSurface, type OperatorSurface } from '../support/operator-surface.ts';
import { banOf, bookEntryOf } from '../support/stub-running-node.ts';

let surface: OperatorSurface;

beforeEach(async () => {
  surface = await openOperatorSurface();
});

afterEach(async () => {
  await surface.application.close();
});

const post = (path: string, body: object) => request(surface.operationsUrl).post(path).send(body);
const remove = (path: string) => request(surface.operationsUrl).delete(path);
const problem = (statusCode: number, code: string) => ({
  statusCode,
  error: expect.any(String),
  message: expect.any(String),
  code,
});

/** A node that takes every ban. */
function takeBans(): void {
  surface.node.onCommand = (command) => {
    if (command.kind !== 'ban') return;
    const { subject, reason } = command;
    const id = subject.kind === 'host' ? subject.host : subject.nodeId;
    surface.node.banViews.push(banOf({ id, kind: subject.kind, reason }));
  };
}

describe('POST /ops/peers', () => {
  it.each([
    ['10.0.0.1:7071', '10.0.0.1:7071'],
    ['NODE.example.com:7071', 'node.example.com:7071'],
    ['[2001:DB8:0::1]:7071', '[2001:db8::1]:7071'],
    ['localhost:80', 'localhost:80'],
  ])('hands %s to the node in its canonical form', async (address, canonical) => {
    const answer = await post('/ops/peers', { address });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ address: canonical });
    expect(surface.node.commands).toEqual([
      { kind: 'add-peer', address: expect.objectContaining({ key: canonical }) },
    ]);
  });

  it.each([
    {},
    { address: '' },
    { address: 'node1' },
    { address: '10.0.0.1' },
    { address: '10.0.0.1:0' },
    { address: '0.0.0.0:7071' },
    { address: '[::]:7071' },
    { address: '[::ffff:0.0.0.0]:7071' },
    { address: '10.0.0.1:65536' },
    { address: '2130706433:7071' },
    { address: '127.1:7071' },
    { address: '10.0.0.1:7071\n' },
    { address: 'a\u0000b:7071' },
    { address: `${'a'.repeat(300)}:7071` },
    { address: 7_071 },
    { address: null },
    { address: true },
    { address: ['10.0.0.1:7071'] },
    { address: { key: '10.0.0.1:7071' } },
    { address: '10.0.0.1:7071', isOperator: true },
    { adress: '10.0.0.1:7071' },
  ])('refuses %j', async (body) => {
    const answer = await post('/ops/peers', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(problem(400, 'invalid-parameter'));
    expect(surface.node.commands).toEqual([]);
  });

  it('refuses while the node drains', async () => {
    await post('/ops/drain', {}).expect(202);
    const { status, body } = await post('/ops/peers', { address: '10.0.0.1:7071' });
    expect(status).toBe(409);
    expect(body).toEqual(problem(409, 'conflict'));
  });
});

describe('DELETE /ops/peers/{address}', () => {
  beforeEach(() => {
    surface.node.bookViews = ['10.0.0.1:707', '10.0.0.1:7070', '10.0.0.1:7071', '[::1]:7071'].map(
      (address) => bookEntryOf({ address }),
    );
  });

  it.each(['10.0.0.1:7071', '10.0.0.1:707', '[::1]:7071', '%5B0:0::1%5D:7071'])(
    'lets the node forget %s',
    async (text) => {
      const answer = await remove(`/ops/peers/${text}`);
      expect(answer.status).toBe(204);
      expect(answer.text).toBe('');
      expect(surface.node.commands).toHaveLength(1);
      expect(surface.node.commands[0]?.kind).toBe('remove-peer');
    },
  );

  it.each(['10.0.0.1:7072', '10.0.0.1:70', '10.0.0.2:7071', 'node.example.com:7071'])(
    'answers 404 for %s, which the book does not hold',
    async (text) => {
      const { status, body } = await remove(`/ops/peers/${text}`);
      expect(status).toBe(404);
      expect(body).toEqual(problem(404, 'not-found'));
      expect(surface.node.commands).toEqual([]);
    },
  );

  it.each(['x', '10.0.0.1', 'a%2fb:7071', '..%2f..%2fops%2fdrain', '%00:7071', '10.0.0.1:7071%0a'])(
    'refuses %s, which is no address',
    async (text) => {
      const { status, body } = await remove(`/ops/peers/${text}`);
      expect(status).toBe(400);
      expect(body).toEqual(problem(400, 'invalid-parameter'));
    },
  );

  it('refuses a path that is no UTF-8', async () => {
    for (const text of ['%ff%fe', '%', '%zz:7071']) {
      const { status, body } = await remove(`/ops/peers/${text}`);
      expect(status).toBe(400);
      expect(body).toEqual(problem(400, 'malformed-request'));
    }
  });
});

describe('POST /ops/bans', () => {
  const nodeId = 'cd'.repeat(20);

  it('bans a node by its id and shows the ban', async () => {
    takeBans();
    const { status, body } = await post('/ops/bans', { node_id: nodeId, seconds: 60, reason: 'x' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ id: nodeId, kind: 'node-id', reason: 'x', by: 'operator' });
    expect(surface.node.commands).toEqual([
      { kind: 'ban', subject: { kind: 'node-id', nodeId }, durationMs: 60_000, reason: 'x' },
    ]);
  });

  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['10.0.0.1:7071', '10.0.0.1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['[2001:db8::1]:7071', '2001:db8::1'],
    ['Node.Example.com', 'node.example.com'],
  ])('bans the whole host of %s', async (address, host) => {
    takeBans();
    const reason = 'floods – gar nicht nett 💣';
    const { status, body } = await post('/ops/bans', { address, seconds: 31_536_000, reason });
    expect(status).toBe(201);
    expect(body).toMatchObject({ id: host, kind: 'host', reason });
    expect(surface.node.commands).toEqual([
      { kind: 'ban', subject: { kind: 'host', host }, durationMs: 31_536_000_000, reason },
    ]);
  });

  it('says so when the node did not take the ban', async () => {
    const { status, body } = await post('/ops/bans', {
      address: '10.0.0.1',
      seconds: 1,
      reason: 'x',
    });
    expect(status).toBe(409);
    expect(body).toEqual(problem(409, 'conflict'));
  });

  const valid = { node_id: nodeId, seconds: 60, reason: 'x' };
  it.each([
    {},
    { ...valid, node_id: undefined },
    { ...valid, address: '10.0.0.1' },
    { ...valid, address: null },
    { ...valid, node_id: null },
    { ...valid, node_id: null, address: '10.0.0.1' },
    { ...valid, node_id: undefined, address: null },
    { ...valid, node_id: undefined, address: ['10.0.0.1'] },
    { ...valid, node_id: undefined, address: { host: '10.0.0.1' } },
    { ...valid, node_id: 5 },
    { ...valid, seconds: null },
    { ...valid, reason: null },
    { ...valid, node_id: nodeId.toUpperCase() },
    { ...valid, node_id: `${nodeId}0` },
    { ...valid, node_id: [nodeId] },
    { ...valid, node_id: undefined, address: '' },
    { ...valid, node_id: undefined, address: '10.0.0.0/8' },
    { ...valid, node_id: undefined, address: '2130706433' },
    { ...valid, node_id: undefined, address: 'a/b' },
    { ...valid, seconds: 0 },
    { ...valid, seconds: -1 },
    { ...valid, seconds: 1.5 },
    { ...valid, seconds: 31_536_001 },
    { ...valid, seconds: 1e300 },
    { ...valid, seconds: '60' },
    { ...valid, seconds: undefined },
    { ...valid, reason: undefined },
    { ...valid, reason: '' },
    { ...valid, reason: 5 },
    { ...valid, reason: 'x'.repeat(201) },
    { ...valid, reason: 'two\nlines' },
    { ...valid, reason: 'bell\u0007' },
    { ...valid, reason: '\u001b[31mred' },
    { ...valid, reason: 'c1\u0085' },
    { ...valid, reason: 'line\u2028separator' },
    { ...valid, reason: '\u202egnitset' },
    { ...valid, reason: '\ufefftext' },
    { ...valid, reason: 'lone \ud800' },
    { ...valid, by: 'score' },
  ])('refuses %j', async (body) => {
    takeBans();
    const answer = await post('/ops/bans', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(problem(400, 'invalid-parameter'));
    expect(surface.node.commands).toEqual([]);
  });
});

describe('DELETE /ops/bans/{id}', () => {
  it.each(['ef'.repeat(20), '10.0.0.1', '2001:db8::1'])('lifts the ban of %s', async (id) => {
    surface.node.banViews = [banOf({ id })];
    await remove(`/ops/bans/${id}`).expect(204);
    expect(surface.node.commands).toEqual([{ kind: 'unban', id }]);
  });

  it.each([
    '10.0.0.2',
    'a%2fb',
    '..%2f..%2fops%2fpeers',
    '%00',
    '__proto__',
    '10.0.0.1%20',
    '%E2%80%AE',
  ])('answers 404 for %s', async (id) => {
    surface.node.banViews = [banOf({ id: '10.0.0.1' })];
    const { status, body } = await remove(`/ops/bans/${id}`);
    expect(status).toBe(404);
    expect(body).toEqual(problem(404, 'not-found'));
    expect(surface.node.commands).toEqual([]);
  });
});

describe('POST /ops/drain', () => {
  it('says goodbye and is not ready, stays alive and answers, and may be told again', async () => {
    for (let time = 0; time < 2; time += 1) {
      const { status, body } = await post('/ops/drain', {});
      expect(status).toBe(202);
      expect(body).toEqual({ state: 'draining' });
    }
    expect(surface.node.commands).toEqual([{ kind: 'drain' }, { kind: 'drain' }]);
    await request(surface.publicUrl).get('/health/ready').expect(503);
    await request(surface.publicUrl).get('/health/live').expect(200);
    const { body } = await request(surface.publicUrl).get('/p2p/status').expect(200);
    expect(body.state).toBe('draining');
    expect(surface.node.stopped).toBe(false);
  });

  it('needs no body', async () => {
    await request(surface.operationsUrl).post('/ops/drain').expect(202);
  });
});

it('writes one line about each change and each refusal, with who wanted it', async () => {
  takeBans();
  await post('/ops/peers', { address: '10.0.0.1:7071' }).expect(201);
  await post('/ops/bans', { address: '10.0.0.9', seconds: 60, reason: 'x' }).expect(201);
  await post('/ops/peers', {}).set('Origin', 'http://evil.example.com').expect(403);
  const lines = surface.logged.filter(({ message }) => message.startsWith('Operator'));
  const remote = { quoted: '127.0.0.1' };
  expect(lines).toEqual([
    {
      level: 'info',
      message: 'Operator change',
      fields: { action: 'add-peer', subject: { quoted: '10.0.0.1:7071' }, remote },
    },
    {
      level: 'info',
      message: 'Operator change',
      fields: { action: 'ban', subject: { quoted: '10.0.0.9' }, remote },
    },
    {
      level: 'warn',
      message: 'Operator change refused',
      fields: { code: 'origin-not-allowed', remote },
    },
  ]);
});
