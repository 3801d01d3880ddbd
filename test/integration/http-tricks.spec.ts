import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOperatorSurface, type OperatorSurface } from '../support/operator-surface.ts';
import { RawHttp, type RawAnswer, rawRequest } from '../support/raw-http.ts';

const TOKEN = 'canary-3f9a51c07be2';
const BEARER = `Authorization: Bearer ${TOKEN}`;

let directory: string;
let surface: OperatorSurface;
/** Listens at every address: names are not looked at there, only the token. */
let pod: OperatorSurface;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vision-tricks-'));
  const opsTokenFile = join(directory, 'token');
  writeFileSync(opsTokenFile, TOKEN);
  surface = await openOperatorSurface({ opsTokenFile });
  pod = await openOperatorSurface({ opsHost: '0.0.0.0', opsTokenFile });
});

afterEach(async () => {
  await surface.application.close();
  await pod.application.close();
  rmSync(directory, { recursive: true });
});

const get = (...lines: string[]): Promise<RawAnswer> =>
  rawRequest(surface.operationsPort, ['GET /ops/bans HTTP/1.1', ...lines]);
const drain = (...lines: string[]): Promise<RawAnswer> =>
  rawRequest(surface.operationsPort, ['POST /ops/drain HTTP/1.1', ...lines]);

function expectNothingDone(): void {
  expect(surface.node.commands).toEqual([]);
  expect(pod.node.commands).toEqual([]);
}

describe('a listener that is bound to loopback', () => {
  it.each([
    ...[
      '',
      'evil.example.com',
      'localhost.',
      'localhost.localdomain',
      '127.0.0.1.',
      '127.0.0.1.nip.io',
    ],
    ...[
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '0.0.0.0',
      '0',
      '[::]',
      '[::ffff:127.0.0.1]',
    ],
    ...['::1', '[::1', '::1]', '[::1]evil.example.com', '[::1].evil.example.com', '[::1%25lo]'],
    ...[
      'localhost@evil.example.com',
      'evil.example.com@localhost',
      'localhost:7072@evil.example.com',
    ],
    ...[
      'localhost:',
      'localhost:x',
      'localhost:123456',
      'localhost evil.example.com',
      'localhost,evil',
    ],
    ...['localhost/', 'localhost\\@evil', 'loc\xe1lhost', 'localhost#', 'localhost?'],
  ])('is not asked as "%s"', async (host) => {
    const { status, text } = await get(`Host: ${host}`);
    expect([host, [400, 421].includes(status as number)]).toEqual([host, true]);
    expect(text).not.toContain('"bans"');
    const changed = await drain(`Host: ${host}`, BEARER);
    expect([400, 421]).toContain(changed.status);
    expectNothingDone();
  });

  it.each(['X-Forwarded-Host', 'X-Host', 'Forwarded', 'X-Original-Host'])(
    'does not believe %s',
    async (name) => {
      expect((await get('Host: evil.example.com', `${name}: localhost`)).status).toBe(421);
      expect((await get('Host: localhost', `${name}: evil.example.com`)).status).toBe(200);
    },
  );

  it.each([
    ['http://evil.example.com/ops/bans', 'localhost'],
    ['http://localhost/ops/bans', 'evil.example.com'],
    ['http://localhost@evil.example.com/ops/bans', 'localhost'],
    ['http://evil.example.com:80/ops/bans', 'localhost:80'],
    ['HTTPS://evil.example.com/ops/bans', 'localhost'],
    ['http:///ops/bans', 'localhost'],
    ['http:evil.example.com/ops/bans', 'localhost'],
    ['evil.example.com/ops/bans', 'localhost'],
    ['evil.example.com:443', 'localhost'],
  ])('does not take %s with the Host %s', async (target, host) => {
    const { status, text } = await rawRequest(surface.operationsPort, [
      `GET ${target} HTTP/1.1`,
      `Host: ${host}`,
    ]);
    expect([target, [400, 404, 421].includes(status as number)]).toEqual([target, true]);
    expect(text).not.toContain('"bans"');
  });

  it('takes a request line in absolute form that names the same host', async () => {
    const lines = ['GET http://LOCALHOST/ops/bans HTTP/1.1', 'Host: localhost'];
    expect((await rawRequest(surface.operationsPort, lines)).status).toBe(200);
  });
});

describe('both listeners', () => {
  const ports = (): number[] => [surface.publicPort, surface.operationsPort, pod.operationsPort];

  it.each([
    ['no Host', []],
    ['two', ['Host: localhost', 'Host: evil.example.com']],
    ['two the other way round', ['Host: evil.example.com', 'Host: localhost']],
    ['the same twice', ['Host: localhost', 'host: localhost']],
    ['a blank before the colon', ['Host : localhost']],
    ['a folded line', ['Host: localhost', ' evil.example.com']],
  ])('refuse a request with %s', async (_, lines) => {
    for (const port of ports()) {
      const { status, text } = await rawRequest(port, ['GET /p2p/status HTTP/1.1', ...lines]);
      expect(status).toBe(400);
      expect(text).toContain('"malformed-request"');
    }
  });

  it.each([
    ['two lengths', ['Content-Length: 4', 'Content-Length: 5']],
    ['a length and chunks', ['Content-Length: 4', 'Transfer-Encoding: chunked']],
    ['chunks that are not last', ['Transfer-Encoding: chunked, identity']],
    ['a length that is none', ['Content-Length: +4']],
    ['an oversized length', ['Content-Length: 18446744073709551617']],
  ])('refuse a body of %s', async (_, lines) => {
    for (const port of ports()) {
      const head = ['POST /ops/drain HTTP/1.1', 'Host: localhost', BEARER];
      expect((await rawRequest(port, [...head, ...lines])).status).toBe(400);
    }
    expectNothingDone();
  });

  it.each(['CONNECT localhost:22 HTTP/1.1', 'TRACE /ops/bans HTTP/1.1', 'PRI * HTTP/2.0'])(
    'are no proxy and no mirror: %s',
    async (line) => {
      for (const port of ports()) {
        const { status, text } = await rawRequest(port, [line, 'Host: localhost', 'X: canary']);
        expect([undefined, 400, 404]).toContain(status);
        expect(text).not.toContain('canary');
      }
    },
  );
});

describe('a change', () => {
  it.each([
    ...['null', 'http://evil.example.com', 'https://HOST', 'http://HOST@evil.example.com'],
    ...['http://HOST.evil.example.com', 'http://HOST:1', 'http://HOST/', 'HOST', 'http://[::1]'],
    ...['file://', 'http://HOST, http://evil.example.com', 'http://evil.example.com, http://HOST'],
  ])('does not come from a page of the origin "%s"', async (pattern) => {
    for (const { operationsPort } of [surface, pod]) {
      const host = `localhost:${operationsPort}`;
      const origin = `Origin: ${pattern.replace('HOST', host)}`;
      const lines = ['POST /ops/drain HTTP/1.1', `Host: ${host}`, BEARER, origin];
      const { status, text } = await rawRequest(operationsPort, lines);
      expect([pattern, status]).toEqual([pattern, 403]);
      expect(text).toContain('"origin-not-allowed"');
    }
    expectNothingDone();
  });

  it('of a page whose name leads here needs the token as any other', async () => {
    const host = `evil.example.com:${pod.operationsPort}`;
    const lines = ['POST /ops/drain HTTP/1.1', `Host: ${host}`, `Origin: http://${host}`];
    expect((await rawRequest(pod.operationsPort, lines)).status).toBe(401);
    expectNothingDone();
  });

  it.each([
    ['two origins', ['Origin: http://evil.example.com', 'Origin: http://localhost'], 400],
    ['two tokens, the right one last', ['Authorization: Bearer x', BEARER], 400],
    ['two tokens, the right one first', [BEARER, 'Authorization: Bearer x'], 400],
    ['one token twice', [BEARER, BEARER], 400],
    ['a list of tokens', [`${BEARER}, Bearer x`], 401],
    ['the token in quotes', [`Authorization: Bearer "${TOKEN}"`], 403],
    ['the token behind a tab', [`Authorization: Bearer\t${TOKEN}`], 401],
    ['a token of other letters', ['Authorization: Bearer c\xd0\xb0nary-3f9a51c07be2'], 401],
    ['a token and an umlaut', [`${BEARER}\xfc`], 401],
    ['a token and a NUL', [`${BEARER}\0`], 400],
    ['an encoded token', [`Authorization: Bearer %63${TOKEN.slice(1)}`], 403],
    ['the token without its first character', [`Authorization: Bearer ${TOKEN.slice(1)}`], 403],
    ['half of the token', [`Authorization: Bearer ${TOKEN.slice(0, 9)}`], 403],
    ['the token twice in one', [`Authorization: Bearer ${TOKEN}${TOKEN}`], 403],
    ['an empty token', ['Authorization: Bearer '], 401],
    ['a token for a proxy', [`Proxy-Authorization: Bearer ${TOKEN}`], 401],
    ['a cookie', [`Cookie: authorization=Bearer ${TOKEN}; token=${TOKEN}`], 401],
  ])('is not made with %s', async (_, lines, status) => {
    expect((await drain('Host: localhost', ...lines)).status).toBe(status);
    expectNothingDone();
  });

  it.each([
    ['DELETE /ops/bans/x', 404],
    ['POST /ops/drain', 202],
  ])('is answered when its client has ended its side already: %s', async (line, status) => {
    const raw = await RawHttp.open(surface.operationsPort);
    raw.socket.end(`${line} HTTP/1.1\r\nHost: localhost\r\n${BEARER}\r\n\r\n`);
    expect((await raw.answer).status).toBe(status);
  });

  it('is made with the token', async () => {
    expect((await drain('Host: localhost', BEARER)).status).toBe(202);
    expect(surface.node.commands).toHaveLength(1);
  });
});
