import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { openOperatorSurface, type OperatorSurface } from '../support/operator-surface.ts';

const TOKEN = 'canary-3f9a51c07be2';
/** Each change, none of which needs anything of the node to get past the guard. */
const CHANGES = [
  ['post', '/ops/peers'],
  ['delete', '/ops/peers/10.0.0.1:7071'],
  ['post', '/ops/bans'],
  ['delete', '/ops/bans/x'],
  ['post', '/ops/drain'],
] as const;

let directory: string;
let tokenFile: string;
const open: OperatorSurface[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vision-token-'));
  tokenFile = join(directory, 'token');
  writeFileSync(tokenFile, `${TOKEN}\n`);
});

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ application }) => application.close()));
  rmSync(directory, { recursive: true });
});

async function surfaceWith(
  http: Parameters<typeof openOperatorSurface>[0],
): Promise<OperatorSurface> {
  const surface = await openOperatorSurface(http);
  open.push(surface);
  return surface;
}

const change = (url: string, method: 'post' | 'delete', path: string) => request(url)[method](path);
const add = (url: string) => request(url).post('/ops/peers').send({ address: '10.0.0.1:7071' });

describe.each(CHANGES)('with a token, %s %s', (method, path) => {
  it('is not there on the public listener, with the token neither', async () => {
    const { publicUrl, node } = await surfaceWith({ opsTokenFile: tokenFile });
    const { status, body } = await change(publicUrl, method, path).set(
      'Authorization',
      `Bearer ${TOKEN}`,
    );
    expect([status, body.code]).toEqual([404, 'not-found']);
    expect(node.commands).toEqual([]);
  });

  it('wants it, and nothing else will do', async () => {
    const { operationsUrl, node } = await surfaceWith({ opsTokenFile: tokenFile });
    const bare = await change(operationsUrl, method, path);
    expect([bare.status, bare.body.code]).toEqual([401, 'token-required']);
    expect(bare.headers['www-authenticate']).toBe('Bearer');
    const wrong = await change(operationsUrl, method, path).set('Authorization', 'Bearer wrong');
    expect([wrong.status, wrong.body.code]).toEqual([403, 'token-wrong']);
    expect(node.commands).toEqual([]);
  });
});

describe('the token', () => {
  it('lets the change through, whatever the case of the scheme', async () => {
    const { operationsUrl, node } = await surfaceWith({ opsTokenFile: tokenFile });
    await add(operationsUrl).set('Authorization', `Bearer ${TOKEN}`).expect(201);
    await add(operationsUrl).set('Authorization', `bearer   ${TOKEN}`).expect(201);
    expect(node.commands).toHaveLength(2);
  });

  it.each([
    ['401', 'Basic Y2FuYXJ5'],
    ['401', 'Bearer'],
    ['401', TOKEN],
    ['401', `Bearer ${TOKEN} ${TOKEN}`],
    ['403', `Bearer ${TOKEN.slice(0, -1)}`],
    ['403', `Bearer ${TOKEN}x`],
    ['403', `Bearer ${TOKEN.toUpperCase()}`],
    ['403', 'Bearer x'],
    ['403', `Bearer ${'x'.repeat(12_000)}`],
    ['403', `Bearer ${`${TOKEN},`.repeat(100)}`],
  ])('answers %s to %.40s', async (status, header) => {
    const { operationsUrl, node } = await surfaceWith({ opsTokenFile: tokenFile });
    const answer = await add(operationsUrl).set('Authorization', header);
    expect(`${answer.status}`).toBe(status);
    expect(node.commands).toEqual([]);
  });

  it('is not taken from the query or the body', async () => {
    const { operationsUrl } = await surfaceWith({ opsTokenFile: tokenFile });
    await request(operationsUrl)
      .post(`/ops/drain?token=${TOKEN}&access_token=${TOKEN}`)
      .send({ token: TOKEN })
      .expect(401);
  });

  it('is not needed to read, and never shown', async () => {
    const { operationsUrl, logged } = await surfaceWith({ opsTokenFile: tokenFile });
    const answers = [];
    for (const path of ['/ops/book', '/ops/bans', '/ops/sources', '/metrics', '/health']) {
      answers.push((await request(operationsUrl).get(path)).text);
    }
    answers.push((await add(operationsUrl).set('Authorization', `Bearer ${TOKEN}x`)).text);
    answers.push((await add(operationsUrl).set('Authorization', `Bearer ${TOKEN}`)).text);
    expect(answers.join() + JSON.stringify(logged)).not.toContain('canary');
  });

  it('counts anew as soon as the file changes, and nobody is let in when it goes', async () => {
    const { operationsUrl, logged } = await surfaceWith({ opsTokenFile: tokenFile });
    writeFileSync(tokenFile, 'another');
    await add(operationsUrl).set('Authorization', `Bearer ${TOKEN}`).expect(403);
    await add(operationsUrl).set('Authorization', 'Bearer another').expect(201);
    rmSync(tokenFile);
    const { status, body } = await add(operationsUrl).set('Authorization', 'Bearer another');
    expect([status, body.code]).toEqual([503, 'unavailable']);
    expect(logged).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'Operator change refused' }),
    );
  });

  it.each([
    ['is missing', () => rmSync(tokenFile)],
    ['is empty', () => writeFileSync(tokenFile, '')],
    ['holds a newline only', () => writeFileSync(tokenFile, '\n')],
    ['holds two lines', () => writeFileSync(tokenFile, 'a\nb\n')],
    ['is no text', () => writeFileSync(tokenFile, Buffer.from([0, 255, 7]))],
    ['is too long', () => writeFileSync(tokenFile, 'x'.repeat(4_097))],
    ['is a directory', () => (tokenFile = directory)],
    ['is a pipe', () => execFileSync('mkfifo', [(tokenFile = join(directory, 'pipe'))])],
  ])('fails the start when its file %s', async (_, spoil) => {
    spoil();
    const starting = surfaceWith({ opsTokenFile: tokenFile });
    await expect(starting).rejects.toMatchObject({ code: 'VN_ERR_CONFIG', exitCode: 78 });
    await expect(starting).rejects.toThrow('http.ops_token_file');
  });
});

describe('without a token', () => {
  it('takes changes from loopback, with or without an Authorization header', async () => {
    const { operationsUrl } = await surfaceWith({});
    await add(operationsUrl).expect(201);
    await add(operationsUrl).set('Authorization', 'Bearer anything').expect(201);
  });

  const elsewhere = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

  it('takes none that come from elsewhere', async () => {
    const { operationsPort, node } = await surfaceWith({ opsHost: '0.0.0.0' });
    if (elsewhere === undefined) throw new Error('this test needs an address beside loopback');
    const url = `http://${elsewhere}:${operationsPort}`;
    await request(url).get('/ops/book').expect(200);
    for (const [method, path] of CHANGES) {
      const { status, body } = await change(url, method, path)
        .set('Host', 'localhost')
        .set('X-Forwarded-For', '127.0.0.1')
        .set('Forwarded', 'for=127.0.0.1');
      expect([status, body.code]).toEqual([403, 'loopback-only']);
    }
    expect(node.commands).toEqual([]);
  });

  it.each(['Forwarded', 'X-Forwarded-For', 'X-Forwarded-Proto', 'Via', 'x-real-ip'])(
    'takes none that a proxy passed on, as %s tells',
    async (header) => {
      const { operationsUrl, node } = await surfaceWith({});
      const { status, body } = await add(operationsUrl).set(header, '203.0.113.9');
      expect([status, body.code]).toEqual([401, 'token-required']);
      expect(body.message).toContain('http.ops_token_file');
      expect(node.commands).toEqual([]);
      const guarded = await surfaceWith({ opsTokenFile: tokenFile });
      await add(guarded.operationsUrl)
        .set(header, '203.0.113.9')
        .set('Authorization', `Bearer ${TOKEN}`)
        .expect(201);
    },
  );

  it('takes none for a name that only leads to loopback', async () => {
    const { operationsUrl } = await surfaceWith({ opsHost: '0.0.0.0' });
    const { status, body } = await add(operationsUrl).set('Host', 'rebound.example.com');
    expect([status, body.code]).toEqual([403, 'loopback-only']);
  });
});

describe('a browser', () => {
  it.each([
    'http://evil.example.com',
    'https://localhost',
    'null',
    'http://localhost:1',
    'http://127.0.0.1.evil.example.com',
    '',
  ])('is refused when the page is of the origin "%s", with the token too', async (origin) => {
    const { operationsUrl, node } = await surfaceWith({ opsTokenFile: tokenFile });
    const { status, body } = await add(operationsUrl)
      .set('Authorization', `Bearer ${TOKEN}`)
      .set('Origin', origin);
    expect([status, body.code]).toEqual([403, 'origin-not-allowed']);
    expect(node.commands).toEqual([]);
  });

  it('may change things from a page of this listener', async () => {
    const { operationsUrl } = await surfaceWith({});
    const { status } = await add(operationsUrl).set('Origin', operationsUrl);
    expect(status).toBe(201);
  });

  it('learns nothing that would let another origin read an answer', async () => {
    const { operationsUrl } = await surfaceWith({});
    const { headers } = await request(operationsUrl)
      .get('/ops/book')
      .set('Origin', 'http://evil.example.com');
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

it('holds one address to a burst of 20 changes, wrong tokens among them, and reads go on', async () => {
  const { operationsUrl, logged } = await surfaceWith({ opsTokenFile: tokenFile });
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => add(operationsUrl).set('Authorization', `Bearer ${i}`)),
  );
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.filter(({ status }) => status === 403).length).toBeGreaterThanOrEqual(20);
  expect(refused.length).toBeGreaterThanOrEqual(10);
  expect(refused[0]?.body).toMatchObject({ statusCode: 429, code: 'rate-limited' });
  expect(refused[0]?.headers['retry-after']).toBe('1');
  await request(operationsUrl).get('/ops/book').expect(200);
  const lines = logged.filter(({ message }) => message === 'Operator change refused');
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThanOrEqual(20);
});
