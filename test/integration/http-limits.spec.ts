import { Agent, get as httpGet, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import request from 'supertest';
import { openOperatorSurface, type OperatorSurface } from '../support/operator-surface.ts';

let surface: OperatorSurface;
const sockets: Socket[] = [];

beforeEach(async () => {
  surface = await openOperatorSurface();
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await surface.application.close();
});

function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
    sockets.push(socket);
  });
}

/** All that the far side sends until it closes. */
function readToEnd(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

async function exchange(port: number, bytes: string): Promise<string> {
  const socket = await openSocket(port);
  const answer = readToEnd(socket);
  socket.write(bytes);
  return answer;
}

function bodyOf(answer: string): unknown {
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
}

it('answers what is no HTTP with 400 and the error body, and closes', async () => {
  const answer = await exchange(surface.publicPort, 'VNP1\0\0\0\u0001\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  expect(bodyOf(answer)).toMatchObject({ statusCode: 400, code: 'malformed-request' });
});

it('refuses headers over 16 KiB with 431', async () => {
  const answer = await exchange(
    surface.publicPort,
    `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  expect(bodyOf(answer)).toMatchObject({ statusCode: 431, code: 'headers-too-large' });
});

it('ends a client whose headers have not arrived after 5 s', async () => {
  const started = performance.now();
  const answer = await exchange(surface.publicPort, 'GET /p2p/status HTTP/1.1\r\nHost: a\r\nX');
  const seconds = (performance.now() - started) / 1_000;
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(seconds).toBeGreaterThan(4);
  expect(seconds).toBeLessThan(8);
}, 15_000);

it.each([
  ['application/json', `"${'x'.repeat(66_000)}"`],
  ['text/plain', 'x'.repeat(66_000)],
])('refuses a body of %s over 64 KiB', async (type, body) => {
  const { status, body: problem } = await request(surface.operationsUrl)
    .post('/ops/peers')
    .set('Content-Type', type)
    .send(body);
  expect(status).toBe(413);
  expect(problem).toMatchObject({ statusCode: 413, code: 'body-too-large' });
});

it('refuses JSON that is none, and a packed body', async () => {
  const bad = await request(surface.operationsUrl)
    .post('/ops/peers')
    .set('Content-Type', 'application/json')
    .send('{"address":');
  expect(bad.body).toMatchObject({ statusCode: 400, code: 'malformed-request' });
  const packed = await request(surface.operationsUrl)
    .post('/ops/peers')
    .set('Content-Type', 'application/json')
    .set('Content-Encoding', 'gzip')
    .send('xx');
  expect(packed.body).toMatchObject({ statusCode: 415, code: 'unsupported-body' });
});

it('refuses a chunked body over 64 KiB', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sent = httpRequest(`${surface.operationsUrl}/p2p/status`, { method: 'POST' }, (answer) =>
      resolve(answer.statusCode),
    );
    sent.on('error', reject);
    sent.write('x'.repeat(40_000));
    sent.end('x'.repeat(40_000));
  });
  expect(status).toBe(413);
});

it('answers eight requests in one packet, and handles none of thousands', async () => {
  const ask = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n';
  const last = `${ask}Connection: close\r\n\r\n`;
  const few = await exchange(surface.publicPort, `${ask}\r\n`.repeat(7) + last);
  expect(few.match(/HTTP\/1\.1 200 /g)).toHaveLength(8);
  const many = await Promise.all(
    Array.from({ length: 20 }, () => exchange(surface.publicPort, `${ask}\r\n`.repeat(1_000))),
  );
  expect(many.join('').match(/HTTP\/1/g)?.length ?? 0).toBeLessThanOrEqual(20 * 8);
});

it('closes kept-alive connections without delay when the application ends', async () => {
  const agent = new Agent({ keepAlive: true });
  await new Promise<void>((resolve, reject) => {
    httpGet(`${surface.publicUrl}/p2p/status`, { agent }, (answer) => {
      answer.resume();
      answer.on('end', resolve);
    }).on('error', reject);
  });
  const started = performance.now();
  await surface.application.close();
  expect(performance.now() - started).toBeLessThan(1_500);
  agent.destroy();
});

it('says which address could not be bound, and closes what was open', async () => {
  const failing = openOperatorSurface({ opsPort: surface.publicPort });
  await expect(failing).rejects.toMatchObject({
    code: 'VN_ERR_CANNOT_LISTEN',
    exitCode: 69,
    message: expect.stringContaining(`127.0.0.1:${surface.publicPort}`),
  });
  await expect(failing).rejects.toThrow('EADDRINUSE');
});
